/** What Prometheus has seen, and which alert shall come of it. */
export const JOB = 'sriov-esxi-sriov-operator';

export interface AlertCase {
  readonly why: string;
  readonly alert: string;
  /** Series without the label job, with their values minute by minute, in promtool's notation. */
  readonly series: Readonly<Record<string, string>>;
  /** Minutes after the beginning. */
  readonly at: number;
  /** Left out: the alert is silent. Labels beside severity, and the summary that a person reads. */
  readonly fires?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly severity: 'critical' | 'warning';
    readonly summary: string;
  };
}

const silent = (why: string, alert: string, series: Readonly<Record<string, string>>, at = 200): AlertCase => ({ why, alert, series, at });

export const ALERT_CASES: readonly AlertCase[] = [
  {
    why: 'both replicas are down',
    alert: 'SriovOperatorDown',
    series: { 'up{pod="a"}': '1 0x30', 'up{pod="b"}': '0x30' },
    at: 10,
    fires: { labels: {}, severity: 'critical', summary: 'No replica of the ESXi SR-IOV operator answers.' },
  },
  {
    why: 'there is nothing to ask',
    alert: 'SriovOperatorDown',
    series: { 'other{}': '1x30' },
    at: 10,
    fires: { labels: { job: JOB }, severity: 'critical', summary: 'No replica of the ESXi SR-IOV operator answers.' },
  },
  silent('one of two replicas answers', 'SriovOperatorDown', { 'up{pod="a"}': '0x300', 'up{pod="b"}': '1x300' }),
  {
    why: 'nobody leads',
    alert: 'SriovOperatorNoLeader',
    series: { 'leader_election_master_status{pod="a"}': '0x30', 'leader_election_master_status{pod="b"}': '0x30' },
    at: 10,
    fires: { labels: {}, severity: 'critical', summary: '0 replicas of the ESXi SR-IOV operator hold the lease; it should be one.' },
  },
  {
    why: 'two say that they lead',
    alert: 'SriovOperatorNoLeader',
    series: { 'leader_election_master_status{pod="a"}': '1x30', 'leader_election_master_status{pod="b"}': '1x30' },
    at: 10,
    fires: { labels: {}, severity: 'critical', summary: '2 replicas of the ESXi SR-IOV operator hold the lease; it should be one.' },
  },
  silent(
    'the lease goes over within minutes',
    'SriovOperatorNoLeader',
    {
      'leader_election_master_status{pod="a"}': '1x5 0x300',
      'leader_election_master_status{pod="b"}': '0x8 1x300',
    },
    9,
  ),
  {
    why: 'the lease cannot be renewed',
    alert: 'SriovOperatorLeaseErrors',
    series: { 'sriov_lease_errors_total{operation="renew"}': '0+1x60' },
    at: 30,
    fires: { labels: { operation: 'renew' }, severity: 'warning', summary: 'The ESXi SR-IOV operator fails to renew its lease.' },
  },
  silent('one request was lost', 'SriovOperatorLeaseErrors', { 'sriov_lease_errors_total{operation="renew"}': '0x20 1x280' }),
  {
    why: 'two replicas report the same stalled hosts, which are counted once',
    alert: 'SriovStalled',
    series: {
      'sriov_stalled{pod="a",kind="SriovHost",reason="AdapterNotFound"}': '2x30',
      'sriov_stalled{pod="b",kind="SriovHost",reason="AdapterNotFound"}': '2x30',
    },
    at: 10,
    fires: {
      labels: { kind: 'SriovHost', reason: 'AdapterNotFound' },
      severity: 'warning',
      summary: '2 objects of kind SriovHost wait for a person: AdapterNotFound.',
    },
  },
  silent('stalled for a moment', 'SriovStalled', { 'sriov_stalled{kind="SriovHost",reason="X"}': '1x3 0x300' }),
  {
    why: 'the loop breaker stepped in',
    alert: 'SriovRestartLoopStopped',
    series: { 'sriov_restart_loops_stopped{pod="a"}': '0x5 1x30', 'sriov_restart_loops_stopped{pod="b"}': '0x5 1x30' },
    at: 10,
    fires: {
      labels: {},
      severity: 'critical',
      summary: '1 hosts are no longer restarted, because restarts did not bring what they should.',
    },
  },
  silent('no loop', 'SriovRestartLoopStopped', { 'sriov_restart_loops_stopped{pod="a"}': '0x300' }),
  {
    why: 'a BMC refuses the password',
    alert: 'SriovCredentialsRefused',
    series: { 'sriov_credentials_rejected{kind="SriovHost",service="bmc"}': '0x5 3x30' },
    at: 10,
    fires: {
      labels: { kind: 'SriovHost', service: 'bmc' },
      severity: 'warning',
      summary: 'Credentials of 3 objects of kind SriovHost are refused by bmc.',
    },
  },
  silent('credentials are taken', 'SriovCredentialsRefused', { 'sriov_credentials_rejected{kind="SriovHost",service="esxi"}': '0x300' }),
  {
    why: 'a power cycle failed',
    alert: 'SriovRestartFailed',
    series: { 'sriov_host_steps_total{step="ColdCycle",result="Failed"}': '0x5 1x60' },
    at: 20,
    fires: { labels: { step: 'ColdCycle' }, severity: 'warning', summary: 'A restart (ColdCycle) of a host failed.' },
  },
  silent('restarts succeed, and another step fails', 'SriovRestartFailed', {
    'sriov_host_steps_total{step="ColdCycle",result="Succeeded"}': '0+1x300',
    'sriov_host_steps_total{step="InstallVib",result="Failed"}': '0+1x300',
  }),
  {
    why: 'a host lacks virtual functions for hours',
    alert: 'SriovVirtualFunctionsMissing',
    series: { 'sriov_vf_desired{namespace="n",host="esx-01"}': '8x200', 'sriov_vf_present{namespace="n",host="esx-01"}': '4x200' },
    at: 150,
    fires: {
      labels: { namespace: 'n', host: 'esx-01' },
      severity: 'warning',
      summary: 'Host n/esx-01 has fewer virtual functions than declared.',
    },
  },
  silent('a restart takes half an hour', 'SriovVirtualFunctionsMissing', {
    'sriov_vf_desired{namespace="n",host="esx-01"}': '8x200',
    'sriov_vf_present{namespace="n",host="esx-01"}': '0x30 8x200',
  }),
  {
    why: 'every reconcile fails',
    alert: 'SriovReconcileErrors',
    series: { 'controller_runtime_reconcile_errors_total{controller="sriovhost"}': '0+10x200' },
    at: 60,
    fires: { labels: { controller: 'sriovhost' }, severity: 'warning', summary: 'The controller sriovhost fails again and again.' },
  },
  silent('one in an hour fails', 'SriovReconcileErrors', {
    'controller_runtime_reconcile_errors_total{controller="sriovhost"}': '0x60 1x60 2x60 3x60',
  }),
  {
    why: 'a worker hangs',
    alert: 'SriovReconcileStuck',
    series: { 'workqueue_longest_running_processor_seconds{name="sriovhost"}': '0+60x200' },
    at: 80,
    fires: {
      labels: { name: 'sriovhost' },
      severity: 'warning',
      summary: 'A worker of sriovhost has been at one object for more than an hour.',
    },
  },
  silent(
    'long steps that end',
    'SriovReconcileStuck',
    { 'workqueue_longest_running_processor_seconds{name="sriovhost"}': '0+60x30 0+60x30 0x200' },
    100,
  ),
];
