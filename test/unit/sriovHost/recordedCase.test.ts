/** What the operator writes down of a decision is enough to decide again: the same, in another process, from the text alone. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { compareDecisions } from '../../../operator/controllers/sriovHost/compareDecisions.ts';
import { caseFrom, readCase } from '../../../operator/controllers/sriovHost/readCase.ts';
import { decisionOf } from '../../../operator/controllers/sriovHost/recordedCase.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { collectDecisions } from '../../support/world/decisions.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { look, makeController, runHost } from '../../support/world/runHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';
import { stage } from './vmStage.ts';

const PORTS = [{ number: 1, vfs: 8 }];
const SPEC = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', PORTS)] });

interface Journey {
  readonly why: string;
  readonly spec?: Partial<SriovHostSpec>;
  readonly world?: Partial<HostWorldOptions>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Reasons of Ready that the decisions tell on the way. */
  readonly reasons: readonly string[];
}

const JOURNEYS: readonly Journey[] = [
  {
    why: 'from a bare host to its goal: VIBs, firmware, driver and restarts, which are waited for',
    spec: { software: MFT_SOFTWARE },
    world: { profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3') },
    reasons: ['EnteringMaintenance', 'Restarting', 'Verifying', 'Succeeded'],
  },
  { why: 'an approval is waited for', spec: { disruption: { ...SPEC.disruption, approval: 'Required' } }, reasons: ['ApprovalRequired'] },
  { why: 'nothing is to be done without the hold', annotations: { 'sriov.esxi.io/hold': 'disk' }, reasons: ['OnHold'] },
  { why: 'InfiniBand, by a power cycle', world: { adapters: [{ model: connectX6Vpi }] }, reasons: ['Succeeded'] },
  {
    why: 'an adapter is not there',
    spec: { adapters: [adapterSpec('b', '0000:af:00.0', PORTS)] },
    reasons: ['AdapterNotFound'],
  },
];

function worldWith(clock: ManualClock, more: Partial<HostWorldOptions> = {}): HostWorld {
  return new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'withMft' }),
    adapters: [{ model: connectX5En }],
    ...more,
  });
}

/** Differences between each recorded decision and the one made again from its text. */
function replayed(cases: readonly string[]) {
  return cases.flatMap((text) => {
    const recorded = readCase(text);
    const again = decisionOf(recorded);
    expect(again).toEqual(recorded.decided);
    return compareDecisions(recorded.decided, again);
  });
}

describe('a recorded decision', () => {
  it.each(JOURNEYS)('is made again from its text: $why', async ({ spec, world, annotations = {}, reasons }) => {
    const clock = new ManualClock();
    const { log, cases } = collectDecisions();
    const { host } = await runHost(worldWith(clock, world), clock, { ...SPEC, ...spec }, { annotations, log });
    expect(replayed(cases)).toEqual([]);
    // What the operator reported at its end is what the last case says: nothing that it rests on was left out.
    const { decided } = readCase(cases.at(-1) ?? '');
    const { status } = host();
    expect({ progress: decided.progress, hash: decided.steps.length === 0 ? undefined : decided.hash }).toEqual({
      progress: status?.progress,
      hash: status?.plan?.hash,
    });
    const told = cases.map((text) => readCase(text).decided.conditions.find(({ type }) => type === 'Ready')?.reason);
    expect(told).toEqual(expect.arrayContaining([...reasons]));
  });

  it('is made again while VMs are shut down and powered on, with the time that their guests had', async () => {
    const { clock, world, inventory, cluster } = stage([{ name: 'web' }, { name: 'db' }]);
    const { log, cases } = collectDecisions();
    const spec = { ...SPEC, disruption: { ...SPEC.disruption, runningVms: 'PowerOff' as const } };
    await runHost(world, clock, spec, { cluster, vsphere: worldVsphere({ inventory, world }), log });
    expect(replayed(cases)).toEqual([]);
    const had = cases.flatMap((text) => Object.values(readCase(text).guestHadMs ?? {}));
    expect(had.length).toBeGreaterThan(0);
  });

  it('is written once, and not at each look that decides the same', async () => {
    const clock = new ManualClock();
    const { log, cases } = collectDecisions();
    const options = { log, annotations: { 'sriov.esxi.io/hold': 'disk' } };
    const { cluster, looks } = await runHost(worldWith(clock), clock, SPEC, options);
    expect({ looks: looks > 5, cases: cases.length }).toEqual({ looks: true, cases: 1 });
    const later = makeController(worldWith(clock), clock, cluster);
    await look(later, log);
    expect(cases).toHaveLength(2);
  });

  it('has of a URL what tells where the file is, and no user, query or fragment', async () => {
    const clock = new ManualClock();
    const { log, cases } = collectDecisions();
    const depot = 'https://depot:hunter2@files.example.com/mft.zip?signature=s3cr3t#frag';
    const software = [{ name: 'mft', minVersion: '4.22.1.11', source: { depot } }];
    await runHost(worldWith(clock, { profile: hostProfile({ tools: 'bare' }) }), clock, { ...SPEC, software }, { log, most: 8 });
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.join('\n')).toContain('https://files.example.com/mft.zip');
    expect(cases.join('\n')).not.toMatch(/hunter2|depot:h|s3cr3t|signature=|#frag/);
    expect(replayed(cases)).toEqual([]);
  });

  it('has no label, and no annotation of others', async () => {
    const clock = new ManualClock();
    const { log, cases } = collectDecisions();
    const annotations = { 'sriov.esxi.io/hold': 'x', 'other.example.com/token': 'canary' };
    await runHost(worldWith(clock), clock, SPEC, { log, annotations, most: 1 });
    const [first = ''] = cases;
    expect(first).not.toContain('canary');
    expect(readCase(first).host.metadata.annotations).toEqual({ 'sriov.esxi.io/hold': 'x' });
  });
});

describe('what cannot be decided about', () => {
  it.each([
    { why: 'no JSON', text: 'host: x', says: 'it is not JSON' },
    { why: 'something else', text: '{"kind":"Pod"}', says: 'no recorded decision in the format sriov-host-case/v1' },
    { why: 'a later format', text: '{"format":"sriov-host-case/v9"}', says: 'its format is sriov-host-case/v9' },
  ])('is refused: $why', ({ text, says }) => {
    expect(() => readCase(text)).toThrow(says);
  });

  it('names the facts that are missing', async () => {
    const clock = new ManualClock();
    const { log, cases } = collectDecisions();
    await runHost(worldWith(clock), clock, SPEC, { log, most: 1 });
    const { memory: _, ...rest } = JSON.parse(cases[0] ?? '') as { memory: object; observation: Record<string, object> };
    delete rest.observation['vibs'];
    expect(() => caseFrom(rest)).toThrow('it does not hold memory, vibs, without which');
  });
});

describe('two decisions', () => {
  it('differ by what they do, not by their words', async () => {
    const clock = new ManualClock();
    const { log, cases } = collectDecisions();
    await runHost(worldWith(clock), clock, SPEC, { log, most: 2 });
    const { decided } = readCase(cases.at(-1) ?? '');
    const reworded = {
      ...decided,
      hash: 'other',
      progress: 'other',
      steps: decided.steps.map((step) => ({ ...step, description: 'other' })),
      conditions: decided.conditions.map((one) => ({ ...one, message: 'other' })),
    };
    expect(compareDecisions(decided, reworded)).toEqual([]);
    expect(decided.steps.length).toBeGreaterThan(0);
    expect(compareDecisions(decided, { ...decided, restarts: 7 })).toEqual([
      { what: 'restarts', before: String(decided.restarts), now: '7' },
    ]);
  });
});
