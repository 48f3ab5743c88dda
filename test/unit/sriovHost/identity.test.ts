/** Cards that come, go and move: nothing is written to a card that is not the configured one, and nobody's virtual functions change hands. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { AdapterSpec, SriovHost } from '../../../operator/api/types.ts';
import { connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const PORTS = [
  { number: 1, vfs: 8 },
  { number: 2, vfs: 4 },
];
const GOAL = { SRIOV_EN: 1, NUM_OF_VFS: 8 };

/** A declared card at 5e with VFs, an undeclared one at 86 with VFs of its own. */
function setUp(selector: AdapterSpec['selector'], moduleOptions = 'max_vfs=8,4,2,3') {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'withMft' }),
    moduleOptions,
    adapters: [
      { model: connectX5En, pciAddress: '0000:5e:00.0', baseMac: 'b8:59:9f:00:00:10', parameters: GOAL },
      { model: connectX4Lx, pciAddress: '0000:86:00.0', baseMac: 'b8:59:9f:00:00:20', parameters: GOAL },
    ],
  });
  const cluster = new FakeCluster();
  const spec = hostSpec({ adapters: [{ ...adapterSpec('a', '0000:5e:00.0', PORTS), selector }] });
  const run = async () => (await runHost(world, clock, spec, { cluster })).host();
  /** A restart by somebody else, with the power off in between. */
  const whileOff = (change: () => void): void => {
    world.forceOff();
    clock.advance(10_000);
    change();
    world.powerOn();
    clock.advance(600_000);
    world.exitMaintenanceMode();
  };
  const vfsByMac = () => Object.fromEntries(world.functions.map((fn) => [fn.port.macAddress, fn.virtualFunctions.length]));
  return { clock, world, cluster, spec, run, whileOff, vfsByMac };
}

const WITHOUT_NEWCOMER = { 'b8:59:9f:00:00:10': 8, 'b8:59:9f:00:00:11': 4, 'b8:59:9f:00:00:20': 2, 'b8:59:9f:00:00:21': 3 };
const newcomer = { model: connectX4Lx, pciAddress: '0000:3b:00.0', baseMac: 'b8:59:9f:00:00:30', parameters: GOAL };

function readyOf(host: SriovHost) {
  return findCondition(host.status?.conditions, 'Ready');
}

describe('a card that is added below the others', () => {
  it.each([
    { why: 'selected by MAC address', selector: { macAddress: 'b8:59:9f:00:00:10' } },
    { why: 'selected by a PCI address that stayed', selector: { pciAddress: '0000:5e:00.0' } },
  ])('$why: one restart gives every function back what it had', async ({ selector }) => {
    const { world, run, whileOff, vfsByMac } = setUp(selector);
    expect(readyOf(await run())?.reason).toBe('Succeeded');
    whileOff(() => void world.addAdapter(newcomer));
    expect(vfsByMac()).not.toMatchObject(WITHOUT_NEWCOMER);
    const restarts = world.counters.restarts.length;
    expect(readyOf(await run())?.reason).toBe('Succeeded');
    expect(vfsByMac()).toEqual({ ...WITHOUT_NEWCOMER, 'b8:59:9f:00:00:30': 0, 'b8:59:9f:00:00:31': 0 });
    expect(world.counters.restarts.length - restarts).toBe(1);
    expect(world.modules.configured('nmlx5_core')).toBe('max_vfs=0,0,8,4,2,3');
  });

  it('takes the PCI address of the declared card, which moves: nothing is written to either, undeclared entries follow their cards', async () => {
    const { world, run, whileOff, cluster, spec } = setUp({ pciAddress: '0000:5e:00.0' });
    expect(readyOf(await run())?.reason).toBe('Succeeded');
    const settings = world.counters.firmwareSets;
    whileOff(() => {
      world.moveAdapter('0000:5e:00.0', '0000:af:00.0');
      world.addAdapter({ ...newcomer, pciAddress: '0000:5e:00.0' });
    });
    const restarts = world.counters.restarts.length;
    const host = await run();
    expect(readyOf(host)?.reason).toBe('PciTopologyChanged');
    expect(readyOf(host)?.message).toMatch(/b8:59:9f:00:00:30.*b8:59:9f:00:00:10.*0000:af:00/);
    expect(host.status?.adapters?.[0]?.macAddress).toBe('b8:59:9f:00:00:10');
    expect(world.counters.firmwareSets).toBe(settings);
    expect(world.counters.restarts.length).toBe(restarts);
    expect(world.modules.configured('nmlx5_core')).toBe('max_vfs=0,0,2,3,8,4');
    const corrected = { ...spec, adapters: [{ ...adapterSpec('a', '0000:af:00.0', PORTS) }] };
    cluster.put('SriovHost', { ...host, spec: corrected, metadata: { ...host.metadata, generation: 2 } });
    expect(readyOf(await run())?.reason).toBe('Succeeded');
    expect(world.counters.restarts.length - restarts).toBe(1);
  });

  it('replaces the declared card: the retry annotation says that the new one is meant', async () => {
    const { world, run, whileOff, cluster } = setUp({ pciAddress: '0000:5e:00.0' });
    await run();
    whileOff(() => {
      world.moveAdapter('0000:5e:00.0', '0000:af:00.0');
      world.addAdapter({ ...newcomer, pciAddress: '0000:5e:00.0' });
    });
    const host = await run();
    expect(readyOf(host)?.reason).toBe('PciTopologyChanged');
    cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/retry': '1' } } });
    const after = await run();
    expect(readyOf(after)?.reason).toBe('Succeeded');
    expect(after.status?.adapters?.[0]?.macAddress).toBe('b8:59:9f:00:00:30');
  });
});

describe('the record of the driver options', () => {
  it('is written at the first look, so that a host that was configured by hand is protected too', async () => {
    const { run } = setUp({ macAddress: 'b8:59:9f:00:00:10' });
    const { driver } = (await run()).status ?? {};
    expect(driver).toEqual({
      options: 'max_vfs=8,4,2,3',
      functions: ['0000:5e:00.0', '0000:5e:00.1', '0000:86:00.0', '0000:86:00.1'],
      macAddresses: Object.keys(WITHOUT_NEWCOMER),
    });
  });
});
