/** What counts as a new boot: clocks of the wall jump, the uptime of a host and the time that passes do not. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject, look, makeController } from '../../support/world/runHost.ts';

const KEY = 'lab/esx-01';
const HOUR = 3_600_000;
const { bmc: _, ...SPEC } = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])] });

/** `lost`: restart commands that have no effect. */
function stage({ lost = 0, uptimeMs = 12 * HOUR }: { readonly lost?: number; readonly uptimeMs?: number } = {}) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, uptimeMs, adapters: [{ model: connectX5En }] });
  const cluster = new FakeCluster();
  cluster.put('SriovHost', hostObject(SPEC));
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  let left = lost;
  let aheadMs = 0;
  const wrap = (host: EsxiHost): EsxiHost =>
    new Proxy(host, {
      get: (target, name: keyof EsxiHost & string) => {
        const value = target[name];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          if (name === 'reboot' && left > 0) {
            left -= 1;
            return undefined;
          }
          return await (value as (...all: unknown[]) => Promise<unknown>).apply(target, args);
        };
      },
    });
  const start = () => makeController(world, clock, cluster, { wrap, wallClockAheadMs: () => aheadMs });
  const host = () => cluster.hosts.get(KEY) as SriovHost;
  const last = () => host().status?.restarts?.last;
  const untilRestart = async (controller: ReturnType<typeof start>): Promise<void> => {
    while (last()?.state !== 'Requested') clock.advance(await look(controller));
  };
  return { clock, world, cluster, start, host, last, untilRestart, jump: (ms: number) => (aheadMs += ms) };
}

describe('a new boot', () => {
  it.each([
    { why: 'an hour', ms: HOUR },
    { why: 'longer than the host had been up', ms: 48 * HOUR },
  ])('is not made by a clock that jumps forward by $why', async ({ ms }) => {
    const at = stage({ lost: 1 });
    const controller = at.start();
    await at.untilRestart(controller);
    at.jump(ms);
    at.clock.advance(await look(controller));
    expect(at.last()).toMatchObject({ state: 'Requested' });
    expect(at.host().status?.restarts?.tried).toBeUndefined();
  });

  it.each([
    { why: 'back', ms: -48 * HOUR },
    { why: 'forward', ms: 48 * HOUR },
    { why: 'not at all', ms: 0 },
  ])('is seen also where the clock jumps $why meanwhile', async ({ ms }) => {
    const at = stage();
    const controller = at.start();
    await at.untilRestart(controller);
    at.jump(ms);
    at.clock.advance(10_000);
    at.clock.advance(await look(controller));
    expect(at.last()).toMatchObject({ state: 'Completed' });
    expect(at.world.counters.restarts).toHaveLength(1);
  });

  it.each([
    { why: 'of the same process, after an hour without a look', newProcess: false },
    { why: 'of another process, which only knows the times of day', newProcess: true },
  ])('is seen on a host that was up for a minute only: $why', async ({ newProcess }) => {
    const at = stage({ uptimeMs: 60_000 });
    const controller = at.start();
    await at.untilRestart(controller);
    at.clock.advance(HOUR);
    await look(newProcess ? at.start() : controller);
    expect(at.last()).toMatchObject({ state: 'Completed' });
  });

  it('of a record from an older version of the operator is judged by the times of day', async () => {
    const at = stage();
    await at.untilRestart(at.start());
    const { uptimeBeforeSeconds: __, ...old } = at.last() ?? ({} as never);
    const { status } = at.host();
    at.cluster.put('SriovHost', { ...at.host(), status: { ...status, restarts: { count: 1, total: 1, last: old } } } as SriovHost);
    at.clock.advance(10_000);
    await look(at.start());
    expect(at.last()).toMatchObject({ state: 'Completed' });
  });
});
