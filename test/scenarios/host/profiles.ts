/** A host of every profile gets ready, with the fewest restarts. */
import { FLEET_PROFILES, softwareOf } from '../../simulator/profiles/fleetProfiles.ts';
import type { Scenario } from '../scenario.ts';

export const PROFILES: readonly Scenario[] = FLEET_PROFILES.map((profile) => ({
  name: `profile-${profile.name}`,
  kind: 'host',
  why: profile.why,
  world: profile.host,
  spec: {
    adapters: [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: profile.ports }],
    software: softwareOf(profile),
  },
  expect: { ready: true, restarts: profile.installs === undefined ? 1 : 2 },
  verify: ({ host }) => {
    const present = host.world.physicalFunctions.map(({ virtualFunctions }) => virtualFunctions.length);
    const wanted = present.map((_, index) => profile.ports.find(({ number }) => number === index + 1)?.vfs ?? 0);
    if (present.join() !== wanted.join()) throw new Error(`virtual functions are ${present.join()}, declared are ${wanted.join()}`);
  },
}));
