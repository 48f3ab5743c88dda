/** sriov_not_ready and sriov_stalled count by reason, and forget a reason that nobody has any more. */
import { expect, it } from '@jest/globals';
import { notReadyCollector } from '../../../operator/metrics/notReady.ts';
import { attachment, host, READY, stalledFor, waitingFor } from './objects.ts';
import { allMetrics, seriesOf } from './series.ts';

it('count objects that are not Ready or stalled by reason, and no others', async () => {
  let hosts = [host('1', stalledFor('CredentialsRejected')), host('2', stalledFor('CredentialsRejected')), host('3', READY)];
  let attachments = [attachment('a', waitingFor('HostNotReady'))];
  const metrics = allMetrics();
  metrics.beforeScrape(notReadyCollector(metrics, { hosts: () => hosts, attachments: () => attachments }));
  expect(await seriesOf(metrics, 'sriov_not_ready')).toEqual([
    'sriov_not_ready{kind="SriovHost",reason="CredentialsRejected"} 2',
    'sriov_not_ready{kind="SriovVmAttachment",reason="HostNotReady"} 1',
  ]);
  expect(await seriesOf(metrics, 'sriov_stalled')).toEqual(['sriov_stalled{kind="SriovHost",reason="CredentialsRejected"} 2']);
  hosts = [host('1', READY)];
  attachments = [];
  expect(await seriesOf(metrics, 'sriov_not_ready')).toEqual([]);
  expect(await seriesOf(metrics, 'sriov_stalled')).toEqual([]);
});
