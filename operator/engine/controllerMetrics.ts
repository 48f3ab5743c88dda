// Turns what a controller and its queue report into controller-runtime's metrics.
import type { ControllerObserver } from './controller.ts';
import type { Metrics } from './metrics.ts';
import type { ReconcileOutcome } from './reconcileOnce.ts';

const RESULTS: Record<ReconcileOutcome['kind'], string> = {
  done: 'success',
  requeueAfter: 'requeue_after',
  error: 'error',
  // As controller-runtime counts it; the terminal ones have a counter of their own.
  terminal: 'error',
  aborted: 'aborted',
};

/** The observer for the controller `controller`; its queue has the same name. */
export function observeController(metrics: Metrics, controller: string): ControllerObserver {
  const labels = { controller };
  const queue = { name: controller, controller };
  // Series that exist from the start: a rate over a counter that appears late misses its first step.
  for (const result of Object.values(RESULTS)) metrics.increment('controller_runtime_reconcile_total', { controller, result }, 0);
  for (const name of ['errors', 'panics', 'timeouts']) metrics.increment(`controller_runtime_reconcile_${name}_total`, labels, 0);
  metrics.increment('controller_runtime_terminal_reconcile_errors_total', labels, 0);
  return {
    workers: (configured) => metrics.set('controller_runtime_max_concurrent_reconciles', labels, configured),
    active: (change) => metrics.add('controller_runtime_active_workers', labels, change),
    finished: (outcome, seconds) => {
      metrics.increment('controller_runtime_reconcile_total', { controller, result: RESULTS[outcome] });
      metrics.observe('controller_runtime_reconcile_time_seconds', labels, seconds);
      if (outcome === 'error' || outcome === 'terminal') metrics.increment('controller_runtime_reconcile_errors_total', labels);
      if (outcome === 'terminal') metrics.increment('controller_runtime_terminal_reconcile_errors_total', labels);
    },
    panicked: () => metrics.increment('controller_runtime_reconcile_panics_total', labels),
    timedOut: () => metrics.increment('controller_runtime_reconcile_timeouts_total', labels),
    depth: (keys) => metrics.set('workqueue_depth', queue, keys),
    added: () => metrics.increment('workqueue_adds_total', queue),
    retried: () => metrics.increment('workqueue_retries_total', queue),
    waited: (seconds) => metrics.observe('workqueue_queue_duration_seconds', queue, seconds),
    worked: (seconds) => metrics.observe('workqueue_work_duration_seconds', queue, seconds),
    atWork: (running) =>
      metrics.beforeScrape(() => {
        const seconds = [...running().values()].map((ms) => ms / 1_000);
        metrics.set(
          'workqueue_unfinished_work_seconds',
          queue,
          seconds.reduce((sum, value) => sum + value, 0),
        );
        metrics.set('workqueue_longest_running_processor_seconds', queue, Math.max(0, ...seconds));
      }),
  };
}
