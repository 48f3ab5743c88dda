/** What is found is kept, and the way back to it: by the annotation, and by deleting an object that promises it. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX4Lx, connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import type { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { look, makeController, runHost } from '../../support/world/runHost.ts';

const ETHERNET = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])];
const INFINIBAND = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4, linkType: 'InfiniBand' }])];
const KEY = 'lab/esx-01';

interface Case {
  readonly name: string;
  readonly why: string;
  readonly world: Partial<HostWorldOptions>;
  readonly spec: Partial<SriovHostSpec> & Pick<SriovHostSpec, 'adapters'>;
}

const CASES: readonly Case[] = [
  {
    name: 'Ethernet, nothing set before',
    why: 'SR-IOV off and an empty option string are states like any other',
    world: { profile: hostProfile({ tools: 'withMft' }), adapters: [{ model: connectX5En }] },
    spec: { adapters: ETHERNET },
  },
  {
    name: 'bare host',
    why: 'the VIBs stay, the settings go back',
    world: { profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3'), adapters: [{ model: connectX5En }] },
    spec: { adapters: ETHERNET, software: MFT_SOFTWARE },
  },
  {
    name: 'two virtual functions before',
    why: 'the old count comes back, foreign options and undeclared cards stay as they were',
    world: {
      profile: hostProfile({ tools: 'withMft' }),
      adapters: [
        { model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 2 } },
        { model: connectX4Lx, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 4 } },
      ],
      moduleOptions: 'pfctx=0x08 max_vfs=2,0,2,3 trust_state=2',
    },
    spec: { adapters: ETHERNET },
  },
  {
    name: 'InfiniBand',
    why: 'the gate of the subclass override is closed after the override, with no restart between',
    world: {
      profile: hostProfile({ tools: 'withMft' }),
      adapters: [{ model: connectX6Vpi, parameters: { LINK_TYPE_P1: 1, LINK_TYPE_P2: 1 } }],
    },
    spec: { adapters: INFINIBAND },
  },
];

function build(options: Partial<HostWorldOptions>): { readonly world: HostWorld; readonly clock: ManualClock } {
  const clock = new ManualClock();
  return { clock, world: new HostWorld({ id: 'h1', name: 'esx-01', profile: hostProfile(), clock, ...options }) };
}

/** Everything that a restore brings back. */
function settings(world: HostWorld): object {
  return {
    options: world.modules.configured('nmlx5_core'),
    current: world.adapters.map(({ config }) => config.list().map(({ definition, current, next }) => [definition.name, current, next])),
    vfs: world.functions.map((fn) => [fn.port.address, fn.virtualFunctions.length]),
  };
}

function change(cluster: FakeCluster, edit: (host: SriovHost) => SriovHost): void {
  const host = cluster.hosts.get(KEY);
  if (host === undefined) throw new Error('the host object is gone');
  cluster.put('SriovHost', edit(host));
}

const annotate = (cluster: FakeCluster, annotations: Readonly<Record<string, string>>): void =>
  change(cluster, (host) => ({ ...host, metadata: { ...host.metadata, annotations } }));

describe('restore', () => {
  it.each(CASES)('$name: $why', async ({ world: options, spec }) => {
    const { world, clock } = build(options);
    const before = settings(world);
    const declared = hostSpec(spec);
    const { cluster } = await runHost(world, clock, declared);
    const forth = world.counters.restarts.length;
    const snapshot = cluster.hosts.get(KEY)?.status?.snapshot;
    annotate(cluster, { 'sriov.esxi.io/restore': '1' });
    const run = await runHost(world, clock, declared, { cluster });
    const ready = findCondition(run.host().status?.conditions, 'Ready');
    expect({ reason: ready?.reason, settings: settings(world), maintenance: world.maintenanceMode }).toEqual({
      reason: 'Restored',
      settings: before,
      maintenance: false,
    });
    expect(world.counters.restarts.length - forth).toBe(1);
    expect(run.host().status).toMatchObject({ acknowledged: { restore: '1' }, snapshot });
    expect(await look(run.controller)).toBeGreaterThan(500_000);
    const rest = { writes: cluster.writes, changes: world.counters.reconfigurations };
    await runHost(world, clock, declared, { cluster, most: 3 });
    expect({ writes: cluster.writes, changes: world.counters.reconfigurations }).toEqual(rest);
    // And forth again, without the annotation.
    annotate(cluster, {});
    const again = await runHost(world, clock, declared, { cluster });
    expect(findCondition(again.host().status?.conditions, 'Ready')?.reason).toBe('Succeeded');
    expect(again.host().status?.acknowledged?.restore).toBeUndefined();
    expect(again.host().status?.snapshot).toEqual(snapshot);
  });

  it('has nothing to do on a host that was never changed', async () => {
    const { world, clock } = build({
      profile: hostProfile({ tools: 'withMft' }),
      adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
      moduleOptions: 'max_vfs=8',
    });
    const run = await runHost(world, clock, hostSpec({ adapters: ETHERNET }), { annotations: { 'sriov.esxi.io/restore': 'x' } });
    expect(findCondition(run.host().status?.conditions, 'Ready')?.reason).toBe('Restored');
    expect(world.counters.reconfigurations).toBe(0);
  });

  it('touches no other card that the selector means by now', async () => {
    const { world, clock } = build({ profile: hostProfile({ tools: 'withMft' }), adapters: [{ model: connectX5En }] });
    const { cluster } = await runHost(world, clock, hostSpec({ adapters: ETHERNET }));
    change(cluster, (host) => {
      const adapters = (host.status?.snapshot?.adapters ?? []).map((one) => ({ ...one, macAddress: '02:00:00:00:00:01' }));
      return { ...host, status: { ...host.status, snapshot: { takenTime: '2026-01-01T00:00:00Z', adapters } } };
    });
    const before = world.adapters[0]?.config.next('NUM_OF_VFS');
    annotate(cluster, { 'sriov.esxi.io/restore': '1' });
    const run = await runHost(world, clock, hostSpec({ adapters: ETHERNET }), { cluster });
    expect(world.adapters[0]?.config.next('NUM_OF_VFS')).toBe(before);
    expect(findCondition(run.host().status?.conditions, 'Ready')).toMatchObject({
      reason: 'Restored',
      message: expect.stringContaining('not restored, since the card is another one or no longer declared: a'),
    });
  });
});

describe('deletion with deletionPolicy: Restore', () => {
  async function deleted() {
    const { world, clock } = build({ profile: hostProfile({ tools: 'withMft' }), adapters: [{ model: connectX5En }] });
    const before = settings(world);
    const spec = hostSpec({ adapters: ETHERNET, deletionPolicy: 'Restore' });
    const { cluster } = await runHost(world, clock, spec);
    expect(cluster.hosts.get(KEY)?.metadata.finalizers).toEqual(['sriov.esxi.io/hand-back']);
    const deletionTimestamp = new Date(clock.now()).toISOString();
    change(cluster, (host) => ({ ...host, metadata: { ...host.metadata, generation: 2, deletionTimestamp } }));
    return { world, clock, cluster, before };
  }

  it('brings the host back before the object goes', async () => {
    const { world, clock, cluster, before } = await deleted();
    const controller = makeController(world, clock, cluster);
    for (let looks = 0; looks < 60 && cluster.hosts.get(KEY) !== undefined; looks += 1) clock.advance(await look(controller));
    expect(cluster.hosts.get(KEY)).toBeUndefined();
    expect({ settings: settings(world), maintenance: world.maintenanceMode }).toEqual({ settings: before, maintenance: false });
  });

  it('gives up on a host that is gone, after 15 minutes and with a warning', async () => {
    const { world, clock, cluster } = await deleted();
    world.forceOff();
    const began = clock.now();
    const controller = makeController(world, clock, cluster);
    for (let looks = 0; looks < 500; looks += 1) {
      const pause = await look(controller);
      if (cluster.hosts.get(KEY) === undefined) break;
      clock.advance(pause);
    }
    expect(cluster.hosts.get(KEY)).toBeUndefined();
    expect(clock.now() - began).toBeGreaterThanOrEqual(15 * 60_000);
    expect(clock.now() - began).toBeLessThan(17 * 60_000);
    expect(cluster.events.at(-1)).toMatchObject({ reason: 'HostUnreachable', type: 'Warning' });
  });

  it('waits for running VMs as long as they run, and lets go once the policy says so', async () => {
    const { world, clock, cluster } = await deleted();
    const running = [{ id: 'vm-1', name: 'db-01', worldId: 4711, configFile: '/vmfs/volumes/ds1/db-01/db-01.vmx' }];
    const { vms } = world;
    world.attachVms({ ...vms, runningVms: () => running as unknown as ReturnType<typeof vms.runningVms> });
    const controller = makeController(world, clock, cluster);
    for (let looks = 0; looks < 60; looks += 1) clock.advance(await look(controller));
    expect(findCondition(cluster.hosts.get(KEY)?.status?.conditions, 'Ready')?.reason).toBe('RunningVmsBlock');
    change(cluster, (host) => ({ ...host, spec: { ...host.spec, deletionPolicy: 'Untouched' } }));
    await look(controller);
    expect(cluster.hosts.get(KEY)).toBeUndefined();
  });
});
