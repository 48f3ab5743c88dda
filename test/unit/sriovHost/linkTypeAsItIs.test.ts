/** A link type that is left out is the one that the card has: its virtual functions are due all the same. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

describe('an InfiniBand card whose linkType is left out', () => {
  it('gets its virtual functions with one restart, and keeps its link type', async () => {
    const clock = new ManualClock();
    const profile = hostProfile({ tools: 'withMft' });
    const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX6Vpi }] });
    const run = await runHost(world, clock, hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])] }));
    const { conditions, vfs } = run.host().status ?? {};
    expect([findCondition(conditions, 'Ready')?.reason, vfs, world.counters.restarts.length]).toEqual([
      'Succeeded',
      { desired: 8, present: 8 },
      1,
    ]);
    const linkType = world.adapters[0]?.config.list().find(({ definition }) => definition.name === 'LINK_TYPE_P1');
    expect(linkType?.current).toBe(1);
  });
});
