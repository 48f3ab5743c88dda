/** Runbooks carried out on one host: something is wrong, the reason is said, the remedy of docs/reasons.md is done, and the host is Ready again. */
import type { Scenario, Stage } from '../scenario.ts';

export interface Drill {
  /** Of Ready, while it is wrong. */
  readonly reason: string;
  readonly cause: (stage: Stage) => Promise<void> | void;
  readonly remedy: (stage: Stage) => Promise<void> | void;
}

type Walk = Pick<Scenario, 'name' | 'why' | 'spec'> &
  Partial<Omit<Scenario, 'play' | 'expect' | 'kind'>> & { readonly vmPowerOffs?: number };

/** One drill after the other, on a host that is at its goal. */
export function walk({ vmPowerOffs, ...scenario }: Walk, drills: readonly Drill[]): Scenario {
  return {
    kind: 'host',
    ...scenario,
    play: async (stage) => {
      await untilReady(stage);
      for (const { reason, cause, remedy } of drills) {
        await cause(stage);
        await untilSaid(stage, reason);
        await remedy(stage);
        await untilReady(stage);
      }
      // What a drill costs is not compared with the world in which the first one began.
      stage.host.world.counters.restarts.length = 0;
    },
    expect: { ready: true, restarts: 0, ...(vmPowerOffs === undefined ? {} : { vmPowerOffs }) },
  };
}

/** A drill of which cause and remedy are specs: the remedy is the spec of the scenario, or what is given beside it. */
export function inSpec(reason: string, wrong: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>> = {}): Drill {
  return { reason, cause: async (stage) => await stage.applyHost(wrong), remedy: async (stage) => await stage.applyHost(right) };
}

export async function untilSaid({ lab, hostKey }: Stage, reason: string): Promise<void> {
  await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'False', reason, timeoutMs: 90_000 });
}

export async function untilReady({ lab, hostKey }: Stage): Promise<void> {
  await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
}

/** The verb that many runbooks end with. */
export async function retry(stage: Stage): Promise<void> {
  await annotateHost(stage, `sriov.esxi.io/retry=${process.hrtime.bigint()}`);
}

/** Makes the operator look now and not at its next round. */
export async function nudgeHost(stage: Stage): Promise<void> {
  await annotateHost(stage, `example.com/look=${process.hrtime.bigint()}`);
}

export async function annotateHost({ lab, host, namespace }: Stage, word: string): Promise<void> {
  const { code, stderr } = await lab.api.kubectl(['annotate', 'srh', host.world.name, '-n', namespace, '--overwrite', word]);
  if (code !== 0) throw new Error(`kubectl annotate: ${stderr}`);
}
