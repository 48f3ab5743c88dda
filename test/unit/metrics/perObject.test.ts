/** Series of single objects: what they say, that they go with their object, and that a large fleet cannot flood Prometheus. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost, SriovVmAttachment } from '../../../operator/api/types.ts';
import { MAX_OBJECTS, perObjectCollector } from '../../../operator/metrics/perObject.ts';
import { attachment, host, READY, stalledFor, waitingFor } from './objects.ts';
import { allMetrics, seriesOf } from './series.ts';

const PORTS = [
  { number: 1, pciAddress: '0000:3b:00.0', vfs: { desired: 8, firmware: 16, configured: 8, present: 8, inUse: 3 } },
  { number: 2, pciAddress: '0000:3b:00.1', vfs: { desired: 4, firmware: 16, configured: 4 } },
];

function collected(hosts: () => readonly SriovHost[], attachments: () => readonly SriovVmAttachment[] = () => []) {
  const metrics = allMetrics();
  metrics.beforeScrape(perObjectCollector(metrics, { hosts, attachments }));
  return metrics;
}

describe('series of a host', () => {
  it('show its virtual functions layer by layer, added up over its ports', async () => {
    const metrics = collected(() => [host('a', READY, { vfs: { desired: 12, present: 8 }, adapters: [{ name: 'x', ports: PORTS }] })]);
    for (const [layer, number] of Object.entries({ desired: 12, firmware: 32, configured: 12, present: 8, in_use: 3 })) {
      expect(await seriesOf(metrics, `sriov_vf_${layer}`)).toEqual([`sriov_vf_${layer}{namespace="lab",host="a"} ${number}`]);
    }
  });

  it.each([
    { why: 'in maintenance mode through us', more: { maintenance: { enteredByUs: true } }, unavailable: 1 },
    { why: 'in maintenance mode through somebody else', more: { maintenance: { enteredByUs: false } }, unavailable: 0 },
    { why: 'without a VM that we shut down', more: { poweredOffVms: [{}] }, unavailable: 1 },
    { why: 'as declared', more: {}, unavailable: 0 },
  ])('say whether it is unavailable: $why', async ({ more, unavailable }) => {
    const metrics = collected(() => [host('a', READY, more as never)]);
    expect(await seriesOf(metrics, 'sriov_host_unavailable')).toEqual([`sriov_host_unavailable{namespace="lab",host="a"} ${unavailable}`]);
  });

  it('name the reason while it is stalled, and go with it', async () => {
    let hosts = [host('a', stalledFor('RestartTimedOut')), host('b', READY)];
    const metrics = collected(
      () => hosts,
      () => [attachment('vm', stalledFor('VmNotFound'))],
    );
    expect(await seriesOf(metrics, 'sriov_host_stalled')).toEqual([
      'sriov_host_stalled{namespace="lab",host="a",reason="RestartTimedOut"} 1',
    ]);
    expect(await seriesOf(metrics, 'sriov_attachment_stalled')).toEqual([
      'sriov_attachment_stalled{namespace="lab",attachment="vm",reason="VmNotFound"} 1',
    ]);
    hosts = [host('b', READY)];
    expect((await metrics.text()).includes('host="a"')).toBe(false);
    expect(await seriesOf(metrics, 'sriov_host_ready')).toEqual(['sriov_host_ready{namespace="lab",host="b"} 1']);
  });
});

describe('a large fleet', () => {
  const fleet = Array.from({ length: MAX_OBJECTS + 500 }, (_, index) =>
    host(`host-${index}`, index === 1_400 ? stalledFor('RestartTimedOut') : index === 1_450 ? waitingFor('Restarting') : READY),
  );

  it('has series for no more than a thousand hosts, those in trouble among them', async () => {
    const metrics = collected(() => fleet);
    expect(await seriesOf(metrics, 'sriov_host_ready')).toHaveLength(MAX_OBJECTS);
    expect(await seriesOf(metrics, 'sriov_host_ready')).toContain('sriov_host_ready{namespace="lab",host="host-1450"} 0');
    expect(await seriesOf(metrics, 'sriov_host_stalled')).toHaveLength(1);
    expect(await seriesOf(metrics, 'sriov_series_omitted')).toContain('sriov_series_omitted{kind="SriovHost"} 500');
    const lines = (await metrics.text()).split('\n').filter((line) => line.includes('host="'));
    expect(lines.length).toBeLessThanOrEqual(8 * MAX_OBJECTS);
  });

  it('has the same number of series after a year of other hosts', async () => {
    let hosts = fleet.slice(0, 50);
    const metrics = collected(() => hosts);
    const count = async () => (await metrics.text()).split('\n').length;
    const before = await count();
    for (let day = 0; day < 365; day += 1) hosts = hosts.map((_, index) => host(`host-${day}-${index}`, READY));
    expect(await count()).toBe(before);
  });
});
