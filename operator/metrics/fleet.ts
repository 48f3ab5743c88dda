/** Everything that is computed from the caches when somebody asks. */
import type { SriovHost } from '../api/types.ts';
import type { Metrics } from '../engine/metrics.ts';
import { notReadyCollector } from './notReady.ts';
import type { Objects } from './objects.ts';
import { perObjectCollector } from './perObject.ts';
import { type RestartMetrics, restartMetrics } from './restarts.ts';
import { stateCollector } from './states.ts';

export interface Fleet extends Objects {
  /** Writes to the API that it accepted so far, by what was written. */
  writes(): Readonly<Record<string, number>>;
  /** Called with `namespace/name` of a host after each change of it. */
  onHostChange(listener: (key: string) => void): void;
  host(key: string): SriovHost | undefined;
}

/** `restartPermits`: how many hosts may be unavailable at a time. */
export function reportFleet(metrics: Metrics, fleet: Fleet, restartPermits: number): RestartMetrics {
  const restarts = restartMetrics(metrics, { hosts: fleet.hosts, limit: restartPermits });
  fleet.onHostChange((key) => restarts.changed(key, fleet.host(key)));
  const collectors = [
    notReadyCollector(metrics, fleet),
    stateCollector(metrics, fleet),
    perObjectCollector(metrics, fleet),
    restarts.collect,
  ];
  for (const collect of collectors) metrics.beforeScrape(collect);
  let written: Readonly<Record<string, number>> = {};
  metrics.beforeScrape(() => {
    const now = fleet.writes();
    for (const [what, total] of Object.entries(now)) {
      metrics.increment('sriov_kubernetes_writes_total', { what }, total - (written[what] ?? 0));
    }
    written = now;
  });
  return restarts;
}
