/** A host of every profile: ready with the fewest restarts that an exhaustive search finds, and then at rest. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { FLEET_PROFILES, softwareOf } from '../../simulator/profiles/fleetProfiles.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { optimalRestarts } from '../../support/world/optimum.ts';
import { runHost } from '../../support/world/runHost.ts';

describe('a host of every profile', () => {
  it.each(FLEET_PROFILES)('$name: $why', async (profile) => {
    const clock = new ManualClock();
    const options = profile.host.profile;
    const files = standardDepot(options.esxi ?? '7.0u3');
    const world = new HostWorld({ id: 'h', name: 'esx-01', clock, files, ...profile.host, profile: hostProfile(options) });
    const software = softwareOf(profile) as SriovHostSpec['software'];
    const spec = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', profile.ports)], software });
    const optimum = optimalRestarts(world, spec);
    const run = await runHost(world, clock, spec);
    const ready = findCondition(run.host().status?.conditions, 'Ready');
    const vfs = profile.ports.map(({ number }) => world.physicalFunctions[number - 1]?.virtualFunctions.length);
    expect({ ready: ready?.reason, restarts: world.counters.restarts.length, vfs }).toEqual({
      ready: 'Succeeded',
      restarts: optimum,
      vfs: profile.ports.map((port) => port.vfs),
    });
    const writes = run.cluster.writes;
    await runHost(world, clock, spec, { cluster: run.cluster, most: 2 });
    expect(run.cluster.writes).toBe(writes);
  });
});
