/** Another replica led a moment ago, and our watch cache is behind what it wrote: nothing is sent on top of what it sent. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { StaleObject } from '../../../operator/ports/cluster.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakePermits } from '../../support/fakes/permits.ts';
import { hostObject, look, makeController } from '../../support/world/runHost.ts';
import { specWith } from './disturbedStage.ts';

const KEY = 'lab/esx-01';

/** The watch cache of the new leader stays where it was until it is told to catch up. */
class Lagging extends FakeCluster {
  lagsAt: SriovHost | undefined;
  override readonly hosts = {
    get: (key: string): SriovHost | undefined => this.lagsAt ?? this.objects.SriovHost.get(key),
    list: (): SriovHost[] => [...this.objects.SriovHost.values()],
  };
}

function setUp() {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }] });
  const cluster = new Lagging();
  cluster.put('SriovHost', hostObject(specWith()));
  cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
  return { clock, world, cluster, permits: new FakePermits() };
}

describe('a new leader with a cache that is behind', () => {
  it('sends no second restart, and loses no count of the first', async () => {
    const { clock, world, cluster, permits } = setUp();
    // The host still answers when the new leader looks: the command has not taken effect yet.
    let sent = 0;
    const wrap = <T extends object>(host: T): T =>
      new Proxy(host, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]): Promise<unknown> => {
            if (name !== 'powerOff') return await value.apply(target, args);
            sent += 1;
            return undefined;
          };
        },
      });
    const old = makeController(world, clock, cluster, { permits, wrap });
    const requested = () => cluster.objects.SriovHost.get(KEY)?.status?.restarts?.last?.state === 'Requested';
    let before = cluster.objects.SriovHost.get(KEY);
    for (let looks = 0; !requested() && looks < 10; looks += 1) {
      before = cluster.objects.SriovHost.get(KEY);
      await look(old);
    }
    expect([requested(), sent]).toEqual([true, 1]);
    cluster.lagsAt = before;
    const next = makeController(world, clock, cluster, { permits, wrap });
    await look(next);
    expect(sent).toBe(1);
    expect(cluster.objects.SriovHost.get(KEY)?.status?.restarts).toMatchObject({ count: 1, last: { state: 'Requested', sends: 1 } });
    cluster.lagsAt = undefined;
    await look(next);
    expect(sent).toBe(1);
  });

  it('does not write over what the old one recorded while the host is away', async () => {
    const { clock, world, cluster, permits } = setUp();
    const status = () => cluster.objects.SriovHost.get(KEY)?.status;
    const settled = async (holds: () => boolean, controller: ReturnType<typeof makeController>) => {
      for (let looks = 0; !holds() && looks < 100; looks += 1) clock.advance(await look(controller));
    };
    const beginning = cluster.objects.SriovHost.get(KEY);
    const old = makeController(world, clock, cluster, { permits });
    await settled(() => status()?.restarts?.last?.state === 'Requested', old);
    clock.advance(20_000);
    expect(world.maintenanceMode).toBe(true);
    cluster.lagsAt = beginning;
    const next = makeController(world, clock, cluster, { permits });
    // It sees a host that does not answer, and knows of nothing that would explain it.
    const said = await next.reconcile(KEY, { signal: new AbortController().signal, log: silentLog }).catch((error: unknown) => error);
    expect(said).toBeInstanceOf(StaleObject);
    expect(status()).toMatchObject({ restarts: { total: 1, last: { state: 'Requested' } }, maintenance: { enteredByUs: true } });
    cluster.lagsAt = undefined;
    await settled(() => !world.maintenanceMode, next);
    expect({ maintenance: world.maintenanceMode, restarts: world.counters.restarts.length }).toEqual({ maintenance: false, restarts: 1 });
  });
});
