/** A registry with every metric of the operator, and the lines of one of them. */
import { SRIOV_METRICS } from '../../../operator/controllers/metricDefinitions.ts';
import { createMetrics, type Metrics } from '../../../operator/engine/metrics.ts';

export function allMetrics(): Metrics {
  return createMetrics({ definitions: SRIOV_METRICS, processMetrics: false });
}

/** The series of a metric as they are scraped, in order of their text. */
export async function seriesOf(metrics: Metrics, name: string): Promise<readonly string[]> {
  const lines = (await metrics.text()).split('\n');
  return lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `)).sort();
}
