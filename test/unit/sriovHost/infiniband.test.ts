/** InfiniBand ports on simulated worlds: what the software must be, what the card must have, and what is reported. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { AdapterSpec, SriovHostSpec } from '../../../operator/api/types.ts';
import { connectX6Vpi, connectX6VpiSinglePort } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { AdapterOptions, HostProfile } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const port = (number: number, linkType: 'Ethernet' | 'InfiniBand', vfs = 4) => ({ number, linkType, vfs });
const IB = port(1, 'InfiniBand');
const TOOLS = hostProfile({ tools: 'withMft' });

function withVib(name: string, version: string): HostProfile {
  return { ...TOOLS, vibs: TOOLS.vibs.map((vib) => (vib.name === name ? { ...vib, version } : vib)) };
}

async function play(ports: AdapterSpec['ports'], more: Partial<AdapterOptions> = {}, profile = TOOLS, spec: Partial<SriovHostSpec> = {}) {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile,
    adapters: [{ model: connectX6Vpi, baseMac: 'b8:59:9f:aa:bb:00', ...more }],
  });
  const run = await runHost(world, clock, hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', ports)], ...spec }));
  const { status } = run.host();
  const ready = findCondition(status?.conditions, 'Ready');
  const vfs = world.functions.map((fn) => fn.virtualFunctions.length);
  return { world, status, ready, vfs, restarts: world.counters.restarts.length, adapter: status?.adapters?.[0] };
}

describe('InfiniBand ports', () => {
  it.each([
    { why: 'both ports', ports: [IB, port(2, 'InfiniBand', 2)], more: {}, vfs: [4, 2] },
    { why: 'a card with one port', ports: [IB], more: { model: connectX6VpiSinglePort }, vfs: [4] },
    { why: 'a mixed card: InfiniBand and Ethernet', ports: [IB, port(2, 'Ethernet', 3)], more: {}, vfs: [4, 3] },
    { why: 'a card whose links are down, as they are on ESXi', ports: [IB], more: { linkUp: false }, vfs: [4, 0] },
    {
      why: 'a card that has the override',
      ports: [IB],
      more: { parameters: { ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 } },
      vfs: [4, 0],
    },
  ])('$why: one restart', async ({ ports, more, vfs }) => {
    const end = await play(ports, more);
    expect({ ready: end.ready?.reason, restarts: end.restarts, vfs: end.vfs }).toEqual({ ready: 'Succeeded', restarts: 1, vfs });
  });

  it('are reported with their GUIDs, Ethernet ports without; FPP_EN is reported as read', async () => {
    const { adapter } = await play([IB, port(2, 'Ethernet')]);
    expect(adapter?.ports?.map(({ guid }) => guid)).toEqual(['b8:59:9f:ff:fe:aa:bb:00', undefined]);
    expect(adapter?.reported).toMatchObject({ FPP_EN: 'True(1)', FORCE_ETH_PCI_SUBCLASS: 'True(1)' });
  });

  it('of a card without the override: refused before anything but the gate is written, with what is missing', async () => {
    const { ready, restarts, world, adapter } = await play([IB], { model: { ...connectX6Vpi, forceEthSubclass: false } });
    expect({ reason: ready?.reason, restarts, maintenance: world.maintenanceMode }).toEqual({
      reason: 'ParameterUnsupported',
      restarts: 0,
      maintenance: false,
    });
    expect(adapter?.unsupportedParameters).toEqual(['FORCE_ETH_PCI_SUBCLASS']);
    expect(ready?.message).toMatch(/declare linkType Ethernet/);
    expect([world.adapters[0]?.config.next('LINK_TYPE_P1'), world.adapters[0]?.config.next('SRIOV_EN')]).toEqual([1, 0]);
  });

  it('of a silent port is found by the MAC address that flint knows', async () => {
    const adapters = [{ ...adapterSpec('a', '', [IB]), selector: { macAddress: 'B8:59:9F:AA:BB:00' } }];
    const { ready, restarts } = await play([IB], {}, TOOLS, { adapters });
    expect({ ready: ready?.reason, restarts }).toEqual({ ready: 'Succeeded', restarts: 1 });
  });
});

describe('software that is too old for InfiniBand', () => {
  it.each([
    {
      why: 'the driver',
      vib: 'nmlx5-core',
      version: '4.16.8.8-1OEM',
      message: /nmlx5-core 4\.16\.10-3 or later, the host has 4\.16\.8\.8/,
    },
    { why: 'MFT', vib: 'mft', version: '4.6.0.48-0', message: /mft 4\.7\.0-42 or later, the host has 4\.6\.0\.48/ },
  ])('$why: said with what to declare, nothing is written', async ({ vib, version, message }) => {
    const { ready, status, world } = await play([IB], {}, withVib(vib, version));
    expect(ready?.reason).toBe('SoftwareTooOld');
    expect(ready?.message).toMatch(message);
    expect(findCondition(status?.conditions, 'SoftwareInstalled')).toMatchObject({ status: 'False', reason: 'SoftwareTooOld' });
    expect([world.counters.firmwareSets, world.counters.restarts.length]).toEqual([0, 0]);
  });

  it.each([
    { why: 'as it is, once the card can be read', more: {} },
    { why: 'as it is, under the override', more: { parameters: { ADVANCED_PCI_SETTINGS: 1, FORCE_ETH_PCI_SUBCLASS: 1 } } },
  ])('counts also for a port that is InfiniBand on the card and whose linkType is left out: $why', async ({ more }) => {
    const { ready, world } = await play([{ number: 1, vfs: 4 }], more, withVib('nmlx5-core', '4.16.8.8-1OEM'));
    expect(ready?.reason).toBe('SoftwareTooOld');
    expect([world.counters.firmwareSets, world.counters.moduleOptionSets, world.counters.restarts.length]).toEqual([0, 0, 0]);
  });

  it('does not count for such a port without virtual functions', async () => {
    const { ready } = await play([{ number: 1, vfs: 0 }], {}, withVib('nmlx5-core', '4.16.8.8-1OEM'));
    expect(ready?.reason).toBe('Succeeded');
  });

  it.each([
    { why: 'an Ethernet port needs no minimum', ports: [port(1, 'Ethernet')], profile: withVib('nmlx5-core', '4.16.8.8-1OEM') },
    { why: 'the minimum itself is enough', ports: [IB], profile: withVib('nmlx5-core', '4.16.10-3') },
  ])('$why', async ({ ports, profile }) => {
    expect((await play(ports, {}, profile)).ready?.reason).toBe('Succeeded');
  });
});
