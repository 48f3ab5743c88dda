/** What each alert of files/alerts.yaml watches, so that panels can link to its runbook; a test compares the two. */
export const ALERT_METRICS: Readonly<Record<string, readonly string[]>> = {
  SriovOperatorDown: ['up'],
  SriovOperatorNoLeader: ['leader_election_master_status'],
  SriovOperatorLeaseErrors: ['sriov_lease_errors_total'],
  SriovStalled: ['sriov_stalled'],
  SriovRestartLoopStopped: ['sriov_restart_loops_stopped'],
  SriovCredentialsRefused: ['sriov_credentials_rejected'],
  SriovRestartFailed: ['sriov_host_steps_total'],
  SriovVirtualFunctionsMissing: ['sriov_vf_desired', 'sriov_vf_present'],
  SriovReconcileErrors: ['controller_runtime_reconcile_errors_total'],
  SriovReconcileStuck: ['workqueue_longest_running_processor_seconds'],
};

export function alertsAbout(metric: string): readonly string[] {
  return Object.entries(ALERT_METRICS).flatMap(([alert, metrics]) => (metrics.includes(metric) ? [alert] : []));
}
