/** One adapter whose tools fail does not hold the others, and does not keep the host out of service for ever. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { connectX4Lx, connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const BUSY = '0000:3b:00.0';
const SPEC = hostSpec({
  adapters: [adapterSpec('busy', BUSY, [{ number: 1, vfs: 4 }]), adapterSpec('good', '0000:5e:00.0', [{ number: 1, vfs: 8 }])],
});

function setUp() {
  const clock = new ManualClock();
  const adapters = [{ model: connectX5En }, { model: connectX4Lx }];
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile: hostProfile({ tools: 'withMft' }), adapters });
  const cluster = new FakeCluster();
  const run = async (most: number) => {
    const { status } = (await runHost(world, clock, SPEC, { cluster, most })).host();
    return { ready: findCondition(status?.conditions, 'Ready'), adapters: status?.adapters ?? [] };
  };
  const vfsOf = (address: string) => world.functions.find(({ port }) => port.address === address)?.virtualFunctions.length;
  return { world, run, vfsOf };
}

describe('an adapter that is busy', () => {
  it('for writing: the other one is configured in one restart, and this one once it is free', async () => {
    const { world, run, vfsOf } = setUp();
    world.misbehave({ kind: 'deviceBusy', adapter: BUSY });
    const { ready, adapters } = await run(20);
    expect([ready?.status, ready?.reason]).toEqual(['False', 'CommandFailed']);
    expect(ready?.message).toMatch(/adapter busy.*busy/);
    expect(vfsOf('0000:5e:00.0')).toBe(8);
    expect(world.counters.restarts.length).toBe(1);
    expect(adapters.map(({ name, problem }) => [name, problem?.reason])).toEqual([
      ['busy', 'CommandFailed'],
      ['good', undefined],
    ]);
    world.misbehaviours.remove('deviceBusy');
    expect((await run(60)).ready?.reason).toBe('Succeeded');
    expect([vfsOf(BUSY), vfsOf('0000:5e:00.0')]).toEqual([4, 8]);
  });

  it('for reading too: the host leaves maintenance mode after a while', async () => {
    const { world, run, vfsOf } = setUp();
    world.misbehave({ kind: 'deviceBusy', adapter: BUSY, queryToo: true });
    expect((await run(20)).ready?.reason).toBe('CommandFailed');
    expect(world.maintenanceMode).toBe(true);
    await run(20);
    expect((await run(20)).ready?.reason).toBe('CommandFailed');
    expect(vfsOf('0000:5e:00.0')).toBe(8);
    expect(world.counters.restarts.length).toBe(1);
    expect(world.maintenanceMode).toBe(false);
    expect(world.counters.restartsWithRunningVms).toBe(0);
  });
});
