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
const STEP_SECONDS = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1_800];

/** Labels take their values from closed sets, and from the objects that exist: a fleet of N hosts gives N series, not more over time. */
export const SRIOV_METRICS: readonly SriovMetricDefinition[] = [
  { name: 'sriov_hosts', help: 'SriovHosts by state: ready, reconciling, stalled.', type: 'gauge', labels: ['state'] },
  { name: 'sriov_attachments', help: 'SriovVmAttachments by state: ready, reconciling, stalled.', type: 'gauge', labels: ['state'] },
  { name: 'sriov_not_ready', help: 'Objects that are not Ready, by kind and reason.', type: 'gauge', labels: ['kind', 'reason'] },
  {
    name: 'sriov_host_virtual_functions',
    help: 'Virtual functions of a host: desired, present.',
    type: 'gauge',
    labels: ['namespace', 'host', 'kind'],
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
    name: 'sriov_vsphere_call_duration_seconds',
    help: 'Duration of vSphere API calls, by method and outcome.',
    type: 'histogram',
    labels: ['method', 'outcome'],
    buckets: CALL_SECONDS,
  },
  {
    name: 'sriov_kubernetes_writes_total',
    help: 'Writes to the Kubernetes API that it accepted, by what was written.',
    type: 'counter',
    labels: ['what'],
  },
];
