/** The first row of each dashboard: what a person wants to know before anything else. */
import { JOB, type Panel, stat } from './dashboardPanels.ts';

const MISSING: Panel = stat({
  title: 'Virtual functions missing',
  description: 'Declared and not there. A host may wait for approval, for running VMs or for its turn.',
  expression: `sum(max by (namespace, host) (sriov_vf_desired{${JOB}}) - max by (namespace, host) (sriov_vf_present{${JOB}}) > 0) or vector(0)`,
  alarm: 1,
});

export const FLEET_GLANCE: readonly Panel[] = [
  stat({
    title: 'Hosts ready',
    description: 'SriovHosts that are as declared.',
    expression: `max(sriov_hosts{${JOB},state="ready"})`,
  }),
  stat({
    title: 'Waiting for a person',
    description: 'Hosts and attachments that are Stalled.',
    expression: `sum(max by (kind, reason) (sriov_stalled{${JOB}})) or vector(0)`,
    alarm: 1,
  }),
  MISSING,
  stat({
    title: 'Permits in use',
    description: 'Hosts that are unavailable through the operator now; sriov_restart_permits is the most that may be.',
    expression: `sum(max by (namespace, host) (sriov_host_unavailable{${JOB}})) or vector(0)`,
  }),
  {
    type: 'table',
    title: 'Why not ready',
    description: 'Objects by reason; docs/reasons.md has what to do for each.',
    unit: 'short',
    expression: `max by (kind, reason) (sriov_not_ready{${JOB}}) > 0`,
    legend: '',
  },
  {
    type: 'timeseries',
    title: 'Restarts in the last day',
    description: 'Commands that restart a host, cut its power or switch it on, with their results.',
    unit: 'short',
    expression: `sum by (kind, result) (increase(sriov_restart_commands_total{${JOB}}[1d]))`,
    legend: '{{kind}} {{result}}',
  },
];

export const VIRTUAL_FUNCTIONS_GLANCE: readonly Panel[] = [
  MISSING,
  stat({
    title: 'Virtual functions present',
    description: 'On all hosts.',
    expression: `sum(max by (namespace, host) (sriov_vf_present{${JOB}}))`,
  }),
  stat({
    title: 'Virtual functions in use',
    description: 'By VMs that run, on all hosts.',
    expression: `sum(max by (namespace, host) (sriov_vf_in_use{${JOB}}))`,
  }),
  stat({
    title: 'Attachments ready',
    description: 'SriovVmAttachments that are as declared.',
    expression: `max(sriov_attachments{${JOB},state="ready"})`,
  }),
];

export const OPERATOR_GLANCE: readonly Panel[] = [
  stat({
    title: 'Replicas',
    description: 'Pods of the operator that answer Prometheus.',
    expression: `sum(up{${JOB}}) or vector(0)`,
  }),
  stat({
    title: 'Leaders',
    description: 'Replicas that hold the lease: one.',
    expression: `sum(leader_election_master_status{${JOB}})`,
    alarm: 2,
  }),
  stat({
    title: 'Errors in the last hour',
    description: 'Reconciles that failed.',
    expression: `sum(increase(controller_runtime_reconcile_errors_total{${JOB}}[1h])) or vector(0)`,
  }),
  stat({
    title: 'Longest at work, seconds',
    description: 'Time that the longest running key at work has taken so far.',
    expression: `max(workqueue_longest_running_processor_seconds{${JOB}})`,
    alarm: 3600,
  }),
  {
    type: 'timeseries',
    title: 'Memory',
    description: 'Of each replica.',
    unit: 'bytes',
    expression: `process_resident_memory_bytes{${JOB}}`,
    legend: '{{pod}}',
  },
];
