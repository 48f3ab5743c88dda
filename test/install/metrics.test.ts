/** Every metric passes the rules of `promtool check metrics`, with a series of each in the text: the linter sees only what is there. */
import { expect, it } from '@jest/globals';
import { SRIOV_METRICS } from '../../operator/controllers/metricDefinitions.ts';
import { METRICS } from '../../operator/engine/metricDefinitions.ts';
import { createMetrics, type Metrics } from '../../operator/engine/metrics.ts';
import { metricProblems } from './support/goTool.ts';

const BUILD_MS = 300_000;
/** Names that are not ours to choose. */
const FIXED = /^(nodejs_|process_)/;

function fill(metrics: Metrics): void {
  for (const { name, type, labels } of [...METRICS, ...SRIOV_METRICS]) {
    const values = Object.fromEntries(labels.map((label) => [label, 'x']));
    if (type === 'counter') metrics.increment(name, values);
    else if (type === 'gauge') metrics.set(name, values, 1);
    else metrics.observe(name, values, 1);
  }
}

it(
  'keep to the rules',
  async () => {
    const metrics = createMetrics({ definitions: SRIOV_METRICS });
    fill(metrics);
    const problems = await metricProblems(await metrics.text());
    expect(problems.filter((problem) => !FIXED.test(problem))).toEqual([]);
  },
  BUILD_MS,
);

it(
  'are really looked at: a bad name is found',
  async () => {
    const metrics = createMetrics({ processMetrics: false });
    metrics.register([
      { name: 'sriov_restart_count', help: 'Bad: a gauge that ends like a part of a histogram.', type: 'gauge', labels: [] },
    ]);
    metrics.set('sriov_restart_count', {}, 1);
    expect(await metricProblems(await metrics.text())).toEqual([expect.stringContaining('sriov_restart_count')]);
  },
  BUILD_MS,
);
