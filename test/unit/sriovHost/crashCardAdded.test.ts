/** The operator dies after any of its writes after a card was added: nobody's virtual functions change hands, and one restart is enough. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const parameters = { SRIOV_EN: 1, NUM_OF_VFS: 8 };
const SPEC = hostSpec({ adapters: [adapterSpec('a', '0000:5e:00.0', [{ number: 1, vfs: 8 }])] });
/** `before`: the options were not written yet when the operator died, only noted. */
type When = 'before' | 'after';

async function runWithCrash(at: number, when: When) {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'withMft' }),
    moduleOptions: 'max_vfs=8,0,2,3',
    adapters: [
      { model: connectX5En, pciAddress: '0000:5e:00.0', parameters },
      { model: connectX4Lx, pciAddress: '0000:86:00.0', parameters },
    ],
  });
  const cluster = new FakeCluster();
  await runHost(world, clock, SPEC, { cluster });
  world.forceOff();
  clock.advance(10_000);
  world.addAdapter({ model: connectX4Lx, pciAddress: '0000:3b:00.0', parameters });
  world.powerOn();
  clock.advance(600_000);
  world.counters.restarts.length = 0;
  let crashes = 0;
  const point = new CrashPoint(at, new Set(['setModuleOptions']), when);
  cluster.afterWrite = point.passed;
  for (;;) {
    try {
      const run = await runHost(world, clock, SPEC, { cluster, wrap: point.wrap });
      return { world, run, crashes, writes: point.count };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      clock.advance(3_000);
    }
  }
}

describe('SriovHost controller, crashing after a card was added', () => {
  it.each<{ when: When; why: string }>([
    { when: 'before', why: 'the write was noted and has not happened' },
    { when: 'after', why: 'the write has happened' },
  ])('$when setModuleOptions: $why', async ({ when }) => {
    const { writes } = await runWithCrash(Number.POSITIVE_INFINITY, when);
    expect(writes).toBeGreaterThan(5);
    for (let at = 1; at <= writes; at += 1) {
      const { world, run, crashes } = await runWithCrash(at, when);
      const vfs = world.functions.map((fn) => fn.virtualFunctions.length);
      const ready = findCondition(run.host().status?.conditions, 'Ready')?.reason;
      expect({ at, crashes, ready, vfs, restarts: world.counters.restarts.length }).toEqual({
        at,
        crashes: 1,
        ready: 'Succeeded',
        vfs: [0, 0, 8, 0, 2, 3],
        restarts: 1,
      });
    }
  });
});
