/** spec.adapterDenyList: what it names is not written to, whatever selected it; the others go on. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const PORTS = [{ number: 1, vfs: 4 }];
const ADAPTERS = [adapterSpec('denied', '0000:3b:00.0', PORTS), adapterSpec('good', '0000:5e:00.0', PORTS)];

async function play(adapterDenyList: SriovHostSpec['adapterDenyList'], tools: 'bare' | 'withMft' = 'withMft') {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools }),
    files: standardDepot('7.0u3'),
    adapters: [
      { model: connectX4Lx, pciAddress: '0000:3b:00.0', baseMac: 'b8:59:9f:00:00:10' },
      { model: connectX5En, pciAddress: '0000:5e:00.0', baseMac: 'b8:59:9f:00:00:20' },
    ],
    moduleOptions: 'max_vfs=2,1,0,0',
  });
  const before = JSON.stringify(world.adapters[0]?.config.list());
  const spec = hostSpec({
    adapters: ADAPTERS,
    software: tools === 'bare' ? MFT_SOFTWARE : [],
    ...(adapterDenyList ? { adapterDenyList } : {}),
  });
  const { host } = await runHost(world, clock, spec);
  const { status } = host();
  return {
    ready: findCondition(status?.conditions, 'Ready'),
    identified: findCondition(status?.conditions, 'AdaptersIdentified'),
    denied: status?.adapters?.find(({ name }) => name === 'denied'),
    options: world.modules.configured('nmlx5_core'),
    untouched: JSON.stringify(world.adapters[0]?.config.list()) === before,
    restarts: world.counters.restarts.length,
    maintenance: world.maintenanceMode,
  };
}

describe('an adapter on the deny-list', () => {
  it.each([
    { why: 'by the MAC address of its second port, in capitals', entry: { macAddress: 'B8:59:9F:00:00:11' } },
    { why: 'by PCI address', entry: { pciAddress: '0000:3b:00.1' } },
    { why: 'by PSID', entry: { psid: 'MT_2420110034' } },
    { why: 'by a pattern of PSIDs', entry: { psid: 'MT_2420*' } },
    { why: 'by device name, whatever its case and brackets', entry: { deviceName: '*[connectx-4 lx]' } },
  ])('is left as it is, the other gets its virtual functions: $why', async ({ entry }) => {
    const end = await play([entry]);
    expect(end.ready).toMatchObject({ status: 'False', reason: 'AdapterDenied' });
    expect(end.identified).toMatchObject({ status: 'False', reason: 'AdapterDenied' });
    expect(end.denied?.problem?.reason).toBe('AdapterDenied');
    expect(end).toMatchObject({ untouched: true, options: 'max_vfs=2,1,4,0', restarts: 1, maintenance: false });
  });

  it('repeats the reason that was given for it', async () => {
    const { ready } = await play([{ pciAddress: '0000:3b:00.0', why: 'boots the host' }]);
    expect(ready?.message).toMatch(/pciAddress 0000:3b:00\.0 \(boots the host\)/);
  });

  it('by PSID, on a host whose tools come with the first restart: nothing is written for it before the PSID is known', async () => {
    const end = await play([{ psid: 'MT_2420110034' }], 'bare');
    expect(end).toMatchObject({ untouched: true, options: 'max_vfs=2,1,4,0', restarts: 2, maintenance: false });
    expect(end.ready?.reason).toBe('AdapterDenied');
  });

  it.each([
    { why: 'another PSID', entry: { psid: 'DEL*' } },
    { why: 'a dot is a dot', entry: { deviceName: 'MT27710.Family*' } },
    { why: 'the whole name has to fit', entry: { deviceName: 'ConnectX-4 Lx' } },
  ])('is only what the list names: $why', async ({ entry }) => {
    expect((await play([entry])).ready?.reason).toBe('Succeeded');
  });
});
