// The engine's metrics as data: the registry is made from it, and documentation and tests read it.

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /** Upper bounds of a histogram, in the unit of its name. */
  readonly buckets?: readonly number[];
}

// controller-runtime's own buckets (pkg/internal/controller/metrics), cut at the low end: nothing here takes 5 ms.
const RECONCILE_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800];
const QUEUE_SECONDS = [0.001, 0.01, 0.1, 1, 10, 60, 300, 1_000];
const REQUEST_SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/** controller-runtime's and client-go's names and labels, so that existing dashboards and alerts work. */
export const METRICS: readonly MetricDefinition[] = [
  {
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result: success, error, requeue_after, or aborted (the process was stopping).',
    type: 'counter',
    labels: ['controller', 'result'],
  },
  { name: 'controller_runtime_reconcile_errors_total', help: 'Reconciles that failed.', type: 'counter', labels: ['controller'] },
  {
    name: 'controller_runtime_terminal_reconcile_errors_total',
    help: 'Reconciles that failed in a way no retry helps.',
    type: 'counter',
    labels: ['controller'],
  },
  {
    name: 'controller_runtime_reconcile_panics_total',
    help: 'Reconciles that failed because of a bug.',
    type: 'counter',
    labels: ['controller'],
  },
  {
    name: 'controller_runtime_reconcile_timeouts_total',
    help: 'Reconciles that exceeded their time limit.',
    type: 'counter',
    labels: ['controller'],
  },
  {
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Duration of one reconcile.',
    type: 'histogram',
    labels: ['controller'],
    buckets: RECONCILE_SECONDS,
  },
  {
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Workers of a controller.',
    type: 'gauge',
    labels: ['controller'],
  },
  { name: 'controller_runtime_active_workers', help: 'Workers that reconcile right now.', type: 'gauge', labels: ['controller'] },
  { name: 'workqueue_depth', help: 'Keys that wait for a worker.', type: 'gauge', labels: ['name', 'controller'] },
  { name: 'workqueue_adds_total', help: 'Keys added to the queue.', type: 'counter', labels: ['name', 'controller'] },
  { name: 'workqueue_retries_total', help: 'Keys added again after a failure.', type: 'counter', labels: ['name', 'controller'] },
  {
    name: 'workqueue_queue_duration_seconds',
    help: 'Time a key waits for a worker.',
    type: 'histogram',
    labels: ['name', 'controller'],
    buckets: QUEUE_SECONDS,
  },
  {
    name: 'workqueue_work_duration_seconds',
    help: 'Time a worker spends on a key.',
    type: 'histogram',
    labels: ['name', 'controller'],
    buckets: RECONCILE_SECONDS,
  },
  {
    name: 'workqueue_unfinished_work_seconds',
    help: 'Sum of the time that the keys at work have taken so far.',
    type: 'gauge',
    labels: ['name', 'controller'],
  },
  {
    name: 'workqueue_longest_running_processor_seconds',
    help: 'Time that the longest running key at work has taken so far.',
    type: 'gauge',
    labels: ['name', 'controller'],
  },
  {
    name: 'rest_client_requests_total',
    help: 'Requests to the Kubernetes API by status code, method and host; code <error> when no answer came.',
    type: 'counter',
    labels: ['code', 'method', 'host'],
  },
  {
    name: 'rest_client_request_duration_seconds',
    help: 'Time until the answer of the Kubernetes API.',
    type: 'histogram',
    labels: ['verb', 'host'],
    buckets: REQUEST_SECONDS,
  },
  {
    name: 'leader_election_master_status',
    help: 'Whether this process holds the lease: 1 yes, 0 no.',
    type: 'gauge',
    labels: ['name'],
  },
];
