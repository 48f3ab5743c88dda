/** The operator dies after any of its writes while a physical function is passed through or given back: the end is the same. */
import { describe, expect, it } from '@jest/globals';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { ask, withdraw } from '../../support/world/physicalFunction.ts';
import { hostObject } from '../../support/world/runHost.ts';
import { PF, type Site, site, spec, verdict } from './passthroughSite.ts';

const WRITES: ReadonlySet<string> = new Set([
  'setModuleOptions',
  'setPassthrough',
  'startMst',
  'setFirmwareConfig',
  'enterMaintenanceMode',
  'exitMaintenanceMode',
  'reboot',
  'powerOff',
  'saveConfiguration',
]);

interface Story {
  readonly why: string;
  readonly begin: (site: Site) => Promise<void>;
  readonly spec: ReturnType<typeof spec>;
  readonly end: { readonly active: boolean; readonly restarts: number };
}

const STORIES: readonly Story[] = [
  { why: 'a function is passed through', begin: async ({ cluster }) => ask(cluster), spec: spec(), end: { active: true, restarts: 1 } },
  {
    why: 'it is given back',
    begin: async (made) => {
      ask(made.cluster);
      await made.run(spec());
      withdraw(made.cluster);
      const host = made.cluster.hosts.list()[0] ?? hostObject(spec());
      made.cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, generation: 2 }, spec: spec(2, 4) });
    },
    spec: spec(2, 4),
    end: { active: false, restarts: 2 },
  },
];

async function play(story: Story, at: number, when: 'before' | 'after') {
  const made = site();
  await story.begin(made);
  const point = new CrashPoint(at, WRITES, when);
  made.cluster.afterWrite = point.passed;
  let crashes = 0;
  for (;;) {
    try {
      const run = await made.run(story.spec, { wrap: point.wrap });
      return { ...made, run, crashes, writes: point.count };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      made.clock.advance(3_000);
    }
  }
}

describe.each(STORIES)('a crash while $why', (story) => {
  it.each(['before', 'after'] as const)('%s any write costs no restart more', async (when) => {
    const { writes } = await play(story, Number.POSITIVE_INFINITY, when);
    expect(writes).toBeGreaterThan(6);
    for (let at = 1; at <= writes; at += 1) {
      const { world, run, crashes } = await play(story, at, when);
      const found = { active: world.passthrough.active(PF), restarts: world.counters.restarts.length };
      expect({ at, crashes, ready: verdict(run), ...found }).toEqual({ at, crashes: 1, ready: 'True Succeeded', ...story.end });
      // Who gave the function away is never forgotten.
      expect(run.host().status?.passthrough?.map(({ enabledByUs }) => enabledByUs) ?? []).toEqual(story.end.active ? [true] : []);
    }
  });
});
