/** Never more hosts down at a time than allowed: counted from the worlds themselves, with crashes and two replicas. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ANNOTATIONS } from '../../../operator/api/group.ts';
import { giveBackPermit } from '../../../operator/controllers/sriovHost/act/permit.ts';
import { readMemory } from '../../../operator/controllers/sriovHost/memory.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakePermits } from '../../support/fakes/permits.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { type FleetMember, runFleet } from '../../support/world/runFleet.ts';
import { hostObject } from '../../support/world/runHost.ts';
import { type DisturbedStage, disturbedStage, specWith } from './disturbedStage.ts';

const RUNS = Math.min(100, Number(process.env['PROPERTY_RUNS'] ?? 10_000));
const ADAPTERS = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])];
const DURATIONS = { shutdown: 30_000, boot: 300_000, hostd: 20_000, burn: 1_000 };

interface RandomMember {
  readonly tools: boolean;
  readonly bmc: boolean;
  readonly configured: boolean;
}

function member(random: RandomMember, index: number, clock: ManualClock): FleetMember {
  const goal = random.configured ? { parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } } : {};
  const world = new HostWorld({
    id: `h${index}`,
    name: `esx-${index}`,
    clock,
    durations: DURATIONS,
    profile: hostProfile({ tools: random.tools ? 'withMft' : 'bare' }),
    files: standardDepot('7.0u3'),
    adapters: [{ model: connectX5En, ...goal }],
  });
  const { bmc, ...rest } = hostSpec({ adapters: ADAPTERS, software: random.tools ? [] : MFT_SOFTWARE });
  return { world, spec: random.bmc && bmc !== undefined ? { ...rest, bmc } : rest };
}

const fleet = fc.record({
  members: fc.array(fc.record({ tools: fc.boolean(), bmc: fc.boolean(), configured: fc.boolean() }), { minLength: 2, maxLength: 6 }),
  limit: fc.constantFrom(1, 1, 2, 3),
  crashes: fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 6 }),
  replicas: fc.array(fc.nat(1), { minLength: 1, maxLength: 7 }),
});

describe('a fleet of SriovHosts', () => {
  it(`never has more hosts down than allowed, and all of them ready in the end (${RUNS} fleets)`, async () => {
    await fc.assert(
      fc.asyncProperty(fleet, async ({ members, limit, crashes, replicas }) => {
        const clock = new ManualClock();
        const all = members.map((random, index) => member(random, index, clock));
        const run = await runFleet(all, { clock, limit, replicas, crashes: new Set(crashes) });
        expect(run.most).toBeLessThanOrEqual(limit);
        // Who dies twice between writing a restart down and sending it leaves a host that a person must look at; it keeps its permit.
        if (run.reasons.has('RestartNotObserved')) return expect(run.permits.holders.length).toBeGreaterThan(0);
        return expect({ ready: run.ready, permits: run.permits.holders }).toEqual({ ready: members.length, permits: [] });
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it('waits with a reason that names the holder, and uses what is allowed', async () => {
    const clock = new ManualClock();
    const all = [0, 1, 2, 3].map((index) => member({ tools: true, bmc: true, configured: false }, index, clock));
    const one = await runFleet(all, { clock, limit: 2, replicas: [0], crashes: new Set() });
    expect({ most: one.most, ready: one.ready, waited: one.reasons.has('WaitingForPermit') }).toEqual({ most: 2, ready: 4, waited: true });
  });

  it('keeps the permit of a host that is stuck in maintenance mode, and the others wait', async () => {
    const clock = new ManualClock();
    const [stuck, other] = [0, 1].map((index) => member({ tools: true, bmc: true, configured: false }, index, clock));
    if (stuck === undefined || other === undefined) throw new Error('no fleet');
    stuck.world.misbehave({ kind: 'rebootDoesNotComeBack' });
    const run = await runFleet([stuck, other], { clock, limit: 1, replicas: [0], crashes: new Set() });
    expect({ holders: run.permits.holders, most: run.most }).toEqual({ holders: ['lab/esx-0'], most: 1 });
    const waiting = run.cluster.hosts.get('lab/esx-1')?.status?.conditions?.find(({ type }) => type === 'Ready');
    expect({ reason: waiting?.reason, message: waiting?.message }).toEqual({
      reason: 'WaitingForPermit',
      message: expect.stringContaining('waiting for lab/esx-0'),
    });
  });
});

describe('a host that waits for a permit', () => {
  it.each([
    { why: 'is put on hold', leaves: (at: DisturbedStage) => at.annotate({ [ANNOTATIONS.hold]: '' }) },
    { why: 'is gone', leaves: (at: DisturbedStage) => at.cluster.objects.SriovHost.delete('lab/esx-01') },
    { why: 'has got what it wants by other hands', leaves: (at: DisturbedStage) => at.edit({ generation: 2 }, { adapters: [] }) },
  ])('and $why stands in nobody’s way', async ({ leaves }) => {
    const at = disturbedStage(specWith());
    const other = hostObject(specWith());
    await at.permits.acquire({ ...other, metadata: { ...other.metadata, name: 'esx-02' } });
    await at.until(() => at.ready()?.reason === 'WaitingForPermit');
    expect([...at.permits.waiting]).toEqual(['lab/esx-01']);
    leaves(at);
    await at.step();
    expect([...at.permits.waiting]).toEqual([]);
  });
});

describe('giving a permit back', () => {
  const signal = new AbortController().signal;

  it('does not trust a cache: what another replica wrote meanwhile counts', async () => {
    const stale = hostObject(hostSpec({ adapters: ADAPTERS }));
    const [cluster, permits] = [new FakeCluster(), new FakePermits()];
    cluster.put('SriovHost', { ...stale, status: { maintenance: { enteredByUs: true } } });
    await permits.acquire(stale);
    await giveBackPermit({ cluster, permits }, stale, { memory: readMemory(stale, false), signal });
    expect(permits.holders).toEqual(['lab/esx-01']);
    cluster.put('SriovHost', stale);
    await giveBackPermit({ cluster, permits }, stale, { memory: readMemory(stale, false), signal });
    expect(permits.holders).toEqual([]);
  });
});
