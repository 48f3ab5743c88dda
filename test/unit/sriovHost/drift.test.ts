/** What changes on a ready host is named, layer by layer, and repaired. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { look, runHost } from '../../support/world/runHost.ts';

const SPEC = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])], software: MFT_SOFTWARE });

interface Case {
  readonly name: string;
  readonly why: string;
  readonly tamper: (world: HostWorld, clock: ManualClock) => void;
  readonly fields: readonly string[];
  /** Seen once the firmware can be read, which it cannot right after a restart. */
  readonly later?: readonly string[];
  readonly restarts: number;
}

const CASES: readonly Case[] = [
  {
    name: 'firmware for the next start',
    why: 'it would count at the next boot: corrected before, without a restart',
    tamper: (world) => world.adapters[0]?.config.store([{ name: 'NUM_OF_VFS', value: '4' }]),
    fields: ['firmware a: NUM_OF_VFS 8 -> 4'],
    restarts: 0,
  },
  {
    name: 'driver options',
    why: 'the running driver still has the right ones: corrected without a restart',
    tamper: (world) => world.modules.set('nmlx5_core', 'max_vfs=2,0'),
    fields: ["driver nmlx5_core: 'max_vfs=8,0' -> 'max_vfs=2,0'"],
    restarts: 0,
  },
  {
    name: 'a removed VIB that runs until the next restart',
    why: 'seen in the image that waits, and put back into it',
    tamper: (world) => void world.software.remove('mft'),
    fields: ['software mft: at least 4.22.1.11 -> removed by the next restart'],
    restarts: 0,
  },
  {
    name: 'virtual functions gone',
    why: 'somebody set other options and rebooted: one reboot brings them back',
    tamper: (world, clock) => {
      world.modules.set('nmlx5_core', '');
      world.reboot();
      clock.advance(1_000);
    },
    fields: ["driver nmlx5_core: 'max_vfs=8,0' -> ''"],
    later: ['virtual functions a port 1: 8 -> 0'],
    restarts: 1,
  },
];

async function readyHost() {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h1',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'bare' }),
    files: standardDepot('7.0u3'),
    adapters: [{ model: connectX5En }],
  });
  const run = await runHost(world, clock, SPEC);
  expect(findCondition(run.host().status?.conditions, 'Ready')?.reason).toBe('Succeeded');
  return { clock, world, run };
}

describe('drift', () => {
  it.each(CASES)('$name: $why', async ({ tamper, fields, later = [], restarts }) => {
    const { clock, world, run } = await readyHost();
    const before = world.counters.restarts.length;
    tamper(world, clock);
    const tampered = world.counters.restarts.length - before;
    await look(run.controller);
    expect(run.host().status?.drift?.fields).toEqual(fields);
    expect(run.cluster.events.filter(({ reason }) => reason === 'Drifted')).toEqual([
      { reason: 'Drifted', type: 'Warning', action: 'Observe', note: fields.join('; ') },
    ]);
    expect(findCondition(run.host().status?.conditions, 'Ready')?.message).toContain(`drifted since it was Ready: ${fields.join('; ')}`);
    if (later.length > 0) await look(run.controller);
    expect(run.host().status?.drift?.fields).toEqual([...fields, ...later]);
    const end = await runHost(world, clock, SPEC, { cluster: run.cluster });
    expect(findCondition(end.host().status?.conditions, 'Ready')?.reason).toBe('Succeeded');
    expect(end.host().status?.drift).toBeUndefined();
    expect(world.counters.restarts.length - before - tampered).toBe(restarts);
    expect(world.software.afterReboot.some(({ name }) => name === 'mft')).toBe(true);
  });

  it('is no word for a changed spec', async () => {
    const { world, clock, run } = await readyHost();
    const host = run.host();
    const adapters = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])];
    run.cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, generation: 2 }, spec: { ...host.spec, adapters } });
    const end = await runHost(world, clock, SPEC, { cluster: run.cluster });
    expect(end.cluster.events.filter(({ reason }) => reason === 'Drifted')).toEqual([]);
  });

  it('is only reported where nothing may be written', async () => {
    const { world, run } = await readyHost();
    const host = run.host();
    run.cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/hold': '' } } });
    world.modules.set('nmlx5_core', 'max_vfs=2,0');
    await look(run.controller);
    expect(findCondition(run.host().status?.conditions, 'Ready')).toMatchObject({
      reason: 'OnHold',
      message: expect.stringContaining("driver nmlx5_core: 'max_vfs=8,0' -> 'max_vfs=2,0'"),
    });
    expect(world.modules.configured('nmlx5_core')).toBe('max_vfs=2,0');
  });
});
