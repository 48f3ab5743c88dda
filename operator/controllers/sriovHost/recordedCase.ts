/**
 * One decision about a host as a file: what was seen and remembered, and what was decided, so that the same code can decide again elsewhere,
 * without the host (docs/adr/0012-decisions-that-replay.md). Pure.
 */
import { GROUP } from '../../api/group.ts';
import type { Problem, SriovHost, SriovHostStatus } from '../../api/types.ts';
import type { PermitAnswer } from '../../ports/cluster.ts';
import type { HostMemory } from './memory.ts';
import type { HostObservation } from './observation.ts';
import { type HostPlan, planHost } from './plan.ts';
import { planInputOf } from './planInput.ts';
import type { PlanInput } from './rules/input.ts';
import { shownLocation } from './shownLocation.ts';
import { reportHost } from './status.ts';
import { subjectOf } from './steps.ts';

/** Changes when an older file could no longer be decided about in the same way. */
export const CASE_FORMAT = 'sriov-host-case/v1';

export interface HostCase {
  readonly format: typeof CASE_FORMAT;
  /** The `now` of the decision. */
  readonly time: string;
  readonly host: SriovHost;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
  /** The answer to the question for a restart permit; left out while it was not asked. */
  readonly permit?: PermitAnswer;
  /** How long ago the deciding process had sent the restart under way, in milliseconds; left out where it had not. */
  readonly sentMsAgo?: number;
  /** What guests that shut down had had of their time, in milliseconds, by managed object reference of the VM. */
  readonly guestHadMs?: Readonly<Record<string, number>>;
  /** Before anything was carried out. */
  readonly decided: Decision;
}

export interface Decision {
  readonly steps: NonNullable<SriovHostStatus['plan']>['steps'];
  /** `kind/subject` of the steps that may be carried out before the next look. */
  readonly runsNow: readonly string[];
  readonly restarts: number;
  readonly hash: string;
  /** What only a restart brings into effect. */
  readonly pending: readonly string[];
  readonly blocked?: Problem;
  readonly waiting?: Problem;
  readonly adapters: readonly { readonly name: string; readonly known: boolean; readonly problem?: Problem }[];
  readonly converged: boolean;
  readonly progress: string;
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string; readonly message: string }[];
}

export type CaseFacts = Omit<HostCase, 'format' | 'decided'>;

/**
 * Decides, and keeps it with the facts. Of the host only what a decision rests on: nobody's labels, no annotations but ours, and of a URL nothing
 * that may be a secret. The decision is made from what is kept, so deciding again gives the same.
 */
export function caseOf(facts: CaseFacts): HostCase {
  const { name, namespace, uid, generation, deletionTimestamp, annotations = {} } = facts.host.metadata;
  const ours = Object.fromEntries(Object.entries(annotations).filter(([key]) => key.startsWith(`${GROUP}/`)));
  const leaving = deletionTimestamp === undefined ? {} : { deletionTimestamp };
  const host = { ...facts.host, metadata: { name, namespace, uid, generation, ...leaving, annotations: ours } };
  const kept = { ...(withShownLocations({ ...facts, host }) as CaseFacts), format: CASE_FORMAT } as const;
  return { ...kept, decided: decisionOf(kept) };
}

const URLS = /https?:\/\/[^\s"'<>]+/g;

/** Every URL in it, also within a text of a tool, less user, query and fragment. */
function withShownLocations(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(URLS, shownLocation);
  if (Array.isArray(value)) return value.map(withShownLocations);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withShownLocations(inner)]));
}

/** The facts of a decision as the controller has them. */
export function factsOf(host: SriovHost, { observation, memory, permit, sentMsAgo, guestHadMs, now }: PlanInput): CaseFacts {
  const goingDown = memory.poweredOffVms.filter(({ state }) => state === 'ShuttingDown');
  const had = goingDown.flatMap((record) => (guestHadMs === undefined ? [] : [[record.moRef, guestHadMs(record)] as const]));
  return {
    time: now.toISOString(),
    host,
    observation,
    memory,
    ...(permit === undefined ? {} : { permit }),
    ...(sentMsAgo === undefined ? {} : { sentMsAgo }),
    ...(had.length === 0 ? {} : { guestHadMs: Object.fromEntries(had) }),
  };
}

/** The planner's decision and what would be reported of it, by the code as it is now. */
export function decisionOf(facts: CaseFacts): Decision {
  const { host, observation, memory, permit, sentMsAgo, guestHadMs } = facts;
  const now = new Date(facts.time);
  const had = guestHadMs === undefined ? {} : { guestHadMs: ({ moRef }: { readonly moRef: string }) => guestHadMs[moRef] ?? 0 };
  const plan = planHost(planInputOf(host, { observation, memory, permit, sentMsAgo, ...had, now }));
  const status = reportHost({ host, observation, plan, memory, failure: undefined, now });
  return {
    ...whatIsPlanned(plan),
    steps: status.plan?.steps ?? [],
    progress: status.progress ?? '',
    conditions: (status.conditions ?? []).map(({ type, status: value, reason, message }) => ({ type, status: value, reason, message })),
  };
}

function whatIsPlanned(plan: HostPlan): Omit<Decision, 'steps' | 'progress' | 'conditions'> {
  const { runnable, restarts, hash, pending, blocked, waiting, adapters, converged } = plan;
  return {
    runsNow: runnable.map((step) => `${step.kind}/${subjectOf(step)}`),
    restarts,
    hash,
    pending,
    ...(blocked === undefined ? {} : { blocked }),
    ...(waiting === undefined ? {} : { waiting }),
    adapters: adapters.map(({ name, known, problem }) => ({ name, known, ...(problem === undefined ? {} : { problem }) })),
    converged,
  };
}
