/** A cache that is behind: what the user changed meanwhile is found out before anything disruptive. */
import { describe, expect, it } from '@jest/globals';
import { ANNOTATIONS } from '../../../operator/api/group.ts';
import type { SriovHost } from '../../../operator/api/types.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { hostObject, look, makeController } from '../../support/world/runHost.ts';

const SPEC = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])] });

/** Its watch cache stays as it was; the server has moved on. */
class StaleCluster extends FakeCluster {
  server: SriovHost | undefined;
  override async fresh<K extends 'SriovHost' | 'SriovVmAttachment'>(kind: K, namespace: string, name: string) {
    if (this.server !== undefined && kind === 'SriovHost') return this.server as never;
    return await super.fresh(kind, namespace, name);
  }
}

describe('a cache that is behind', () => {
  it.each([
    { why: 'the spec was changed', change: (host: SriovHost) => ({ ...host, metadata: { ...host.metadata, generation: 2 } }) },
    {
      why: 'the object was deleted and made again',
      change: (host: SriovHost) => ({ ...host, metadata: { ...host.metadata, uid: 'uid-2' } }),
    },
    {
      why: 'somebody put it on hold',
      change: (host: SriovHost) => ({ ...host, metadata: { ...host.metadata, annotations: { [ANNOTATIONS.hold]: '' } } }),
    },
    {
      why: 'it is being deleted',
      change: (host: SriovHost) => ({ ...host, metadata: { ...host.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }),
    },
  ])('stops before maintenance mode: $why', async ({ change }) => {
    const clock = new ManualClock();
    const world = new HostWorld({
      id: 'h',
      name: 'esx-01',
      clock,
      profile: hostProfile({ tools: 'withMft' }),
      adapters: [{ model: connectX5En }],
    });
    const cluster = new StaleCluster();
    cluster.put('SriovHost', hostObject(SPEC));
    cluster.secrets.set('lab/host', { resourceVersion: '1', data: { username: 'root', password: 'x' } });
    const controller = makeController(world, clock, cluster);
    // The first look loads mst, which disturbs nothing.
    await look(controller);
    cluster.server = change(hostObject(SPEC));
    await look(controller);
    expect({ maintenance: world.maintenanceMode, changes: world.counters.reconfigurations }).toEqual({ maintenance: false, changes: 0 });
    cluster.server = undefined;
    await look(controller);
    expect(world.maintenanceMode).toBe(true);
  });
});
