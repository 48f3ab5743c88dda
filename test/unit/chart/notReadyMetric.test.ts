/** sriov_not_ready counts by reason, and forgets a reason that nobody has any more. */
import { expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { SRIOV_METRICS } from '../../../operator/controllers/metricDefinitions.ts';
import { createMetrics } from '../../../operator/engine/metrics.ts';
import { notReadyCollector } from '../../../operator/notReadyMetric.ts';

function host(name: string, reason: string, status: 'True' | 'False'): SriovHost {
  const conditions = [{ type: 'Ready', status, reason, message: '', lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 }];
  return { kind: 'SriovHost', metadata: { name, namespace: 'a' }, status: { conditions } } as unknown as SriovHost;
}

it('counts objects that are not Ready by reason, and no others', async () => {
  let hosts = [host('1', 'CredentialsRejected', 'False'), host('2', 'CredentialsRejected', 'False'), host('3', 'Succeeded', 'True')];
  const metrics = createMetrics({ definitions: SRIOV_METRICS, processMetrics: false });
  metrics.beforeScrape(notReadyCollector(metrics, { hosts: () => hosts, attachments: () => [] }));
  const lines = async (): Promise<readonly string[]> =>
    (await metrics.text()).split('\n').filter((line) => line.startsWith('sriov_not_ready'));
  expect(await lines()).toEqual(['sriov_not_ready{kind="SriovHost",reason="CredentialsRejected"} 2']);
  hosts = [host('1', 'Succeeded', 'True')];
  expect(await lines()).toEqual([]);
});
