/** The metrics that know our kinds, as data. docs/metrics.md lists them, and a test compares. */

/** The same shape as the engine's definitions. */
export interface SriovMetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const CALL_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const RESTART_SECONDS = [60, 120, 180, 300, 450, 600, 900, 1_200, 1_800, 3_600, 7_200];
const STEP_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1_800];

const HOST = ['namespace', 'host'];

/**
 * Labels take their values from closed sets, and from the objects that exist: a fleet of N hosts gives a number of series that grows
 * with N up to a limit (metrics/perObject.ts), and not over time.
 */
export const SRIOV_METRICS: readonly SriovMetricDefinition[] = [
  { name: 'sriov_hosts', help: 'SriovHosts by state: ready, reconciling, stalled.', type: 'gauge', labels: ['state'] },
  { name: 'sriov_attachments', help: 'SriovVmAttachments by state: ready, reconciling, stalled.', type: 'gauge', labels: ['state'] },
  { name: 'sriov_not_ready', help: 'Objects that are not Ready, by kind and reason.', type: 'gauge', labels: ['kind', 'reason'] },
  {
    name: 'sriov_stalled',
    help: 'Objects that the operator has stopped trying, by kind and reason.',
    type: 'gauge',
    labels: ['kind', 'reason'],
  },
  {
    name: 'sriov_credentials_rejected',
    help: 'Objects whose credentials for this service (esxi, bmc, vsphere, guest) were refused.',
    type: 'gauge',
    labels: ['kind', 'service'],
  },
  { name: 'sriov_host_ready', help: 'Whether this host is Ready: 1 yes, 0 no.', type: 'gauge', labels: HOST },
  { name: 'sriov_host_stalled', help: 'Is 1 for each stalled host, with its reason.', type: 'gauge', labels: [...HOST, 'reason'] },
  {
    name: 'sriov_host_unavailable',
    help: 'Whether this host is in maintenance mode, restarting or without its VMs through the operator: 1 yes, 0 no.',
    type: 'gauge',
    labels: HOST,
  },
  {
    name: 'sriov_attachment_stalled',
    help: 'Is 1 for each stalled attachment, with its reason.',
    type: 'gauge',
    labels: ['namespace', 'attachment', 'reason'],
  },
  {
    name: 'sriov_series_omitted',
    help: 'Objects that have no series of their own because there are too many of this kind.',
    type: 'gauge',
    labels: ['kind'],
  },
  { name: 'sriov_vf_desired', help: 'Virtual functions that are declared for a host.', type: 'gauge', labels: HOST },
  { name: 'sriov_vf_firmware', help: 'Virtual functions that the firmware of its adapters provides now.', type: 'gauge', labels: HOST },
  { name: 'sriov_vf_configured', help: 'Virtual functions that the driver is set to make (max_vfs).', type: 'gauge', labels: HOST },
  { name: 'sriov_vf_present', help: 'Virtual functions that exist on a host.', type: 'gauge', labels: HOST },
  { name: 'sriov_vf_in_use', help: 'Virtual functions that running VMs of a host use.', type: 'gauge', labels: HOST },
  {
    name: 'sriov_restart_commands_total',
    help: 'Commands that restart a host, cut its power or switch it on, by kind and result.',
    type: 'counter',
    labels: ['kind', 'result'],
  },
  {
    name: 'sriov_restart_duration_seconds',
    help: 'Time from the restart command until the new boot was seen.',
    type: 'histogram',
    labels: ['kind'],
    buckets: RESTART_SECONDS,
  },
  {
    name: 'sriov_restart_in_progress',
    help: 'Hosts whose restart was sent and whose new boot was not seen yet.',
    type: 'gauge',
    labels: [],
  },
  {
    name: 'sriov_restart_loops_stopped',
    help: 'Hosts that are stalled because restarts did not do what they should, or their budget is used up.',
    type: 'gauge',
    labels: [],
  },
  {
    name: 'sriov_restart_permits',
    help: 'Hosts that may be unavailable through the operator at the same time.',
    type: 'gauge',
    labels: [],
  },
  { name: 'sriov_host_steps_total', help: 'Steps carried out on hosts, by kind and result.', type: 'counter', labels: ['step', 'result'] },
  {
    name: 'sriov_host_step_duration_seconds',
    help: 'Duration of steps on hosts.',
    type: 'histogram',
    labels: ['step'],
    buckets: STEP_SECONDS,
  },
  {
    name: 'sriov_attachment_steps_total',
    help: 'Steps carried out on VMs, by kind and result.',
    type: 'counter',
    labels: ['step', 'result'],
  },
  {
    name: 'sriov_attachment_step_duration_seconds',
    help: 'Duration of steps on VMs.',
    type: 'histogram',
    labels: ['step'],
    buckets: STEP_SECONDS,
  },
  {
    name: 'sriov_esxi_command_duration_seconds',
    help: 'Duration of commands over SSH, by result: ok, failed, lost.',
    type: 'histogram',
    labels: ['result'],
    buckets: CALL_SECONDS,
  },
  {
    name: 'sriov_esxi_connect_duration_seconds',
    help: 'Time to open an SSH connection and log in, by outcome: ok, or the error.',
    type: 'histogram',
    labels: ['outcome'],
    buckets: CALL_SECONDS,
  },
  {
    name: 'sriov_vsphere_call_duration_seconds',
    help: 'Duration of vSphere API calls, by method and outcome.',
    type: 'histogram',
    labels: ['method', 'outcome'],
    buckets: CALL_SECONDS,
  },
  {
    name: 'sriov_redfish_request_duration_seconds',
    help: 'Duration of requests to BMCs, by HTTP method and outcome: ok, or the error.',
    type: 'histogram',
    labels: ['method', 'outcome'],
    buckets: CALL_SECONDS,
  },
  {
    name: 'sriov_lease_errors_total',
    help: 'Attempts to acquire, renew or release the leader lease that failed.',
    type: 'counter',
    labels: ['operation'],
  },
  {
    name: 'sriov_kubernetes_writes_total',
    help: 'Writes to the Kubernetes API that it accepted, by what was written.',
    type: 'counter',
    labels: ['what'],
  },
];
