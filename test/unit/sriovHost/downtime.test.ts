/** What the plan says of the time that a host will be away, and of its commands. */
import { describe, expect, it } from '@jest/globals';
import type { RestartRecord } from '../../../operator/api/types.ts';
import { expectedDowntimeSeconds } from '../../../operator/controllers/sriovHost/downtime.ts';
import type { HostPlan } from '../../../operator/controllers/sriovHost/plan.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

function plan(restarts: number, kind: 'WarmReboot' | 'ColdCycle'): HostPlan {
  return { restarts, steps: restarts === 0 ? [] : [{ kind, because: 'x', pending: [] }] } as unknown as HostPlan;
}

const LAST: RestartRecord = {
  kind: 'WarmReboot',
  requestedTime: '2026-01-01T00:00:00.000Z',
  completedTime: '2026-01-01T00:05:30.000Z',
  generation: 1,
  bootTimeBefore: '2025-12-31T00:00:00.000Z',
  pending: [],
  sends: 1,
  state: 'Completed',
};

describe('expectedDowntimeSeconds', () => {
  it.each([
    { why: 'no restart, no time away', restarts: 0, kind: 'WarmReboot', last: undefined, seconds: undefined },
    { why: 'a reboot, by rule of thumb', restarts: 1, kind: 'WarmReboot', last: undefined, seconds: 600 },
    { why: 'a power cycle takes longer', restarts: 1, kind: 'ColdCycle', last: undefined, seconds: 900 },
    { why: 'the second one may be a power cycle', restarts: 2, kind: 'WarmReboot', last: undefined, seconds: 1500 },
    { why: 'this host has shown how long it takes', restarts: 1, kind: 'ColdCycle', last: LAST, seconds: 330 },
  ] as const)('$why', ({ restarts, kind, last, seconds }) => {
    expect(expectedDowntimeSeconds(plan(restarts, kind), last)).toBe(seconds);
  });
});

it('a plan in status has the commands, the restarts and the time', async () => {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'e',
    clock,
    profile: hostProfile({ tools: 'bare' }),
    files: standardDepot('7.0u3'),
    adapters: [{ model: connectX5En }],
  });
  const spec = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])], software: MFT_SOFTWARE, mode: 'Observe' });
  const run = await runHost(world, clock, spec, { most: 1 });
  const shown = run.host().status?.plan;
  expect(shown).toMatchObject({ restarts: 2, expectedDowntimeSeconds: 1500 });
  expect(shown?.steps.map(({ command }) => command)).toContain('esxcli software vib install -v /vmfs/volumes/ds1/nmst.vib');
});
