/** Why an object is not ready: its bad conditions by reason, the runbook of each reason, the next command and the evidence. Pure. */
import { CONDITION_TYPES } from '../api/reasons/conditionTypes.ts';
import type { ReasonEntry } from '../api/reasons/entry.ts';
import { REASONS } from '../api/reasons.ts';
import type { Condition, JournalEntry, SriovHost, SriovVmAttachment } from '../api/types.ts';
import { nextCommand } from './nextCommand.ts';
import { type StateWord, stateOf } from './render/state.ts';

export interface Trouble {
  readonly reason: string;
  /** The conditions that carry it. */
  readonly conditions: readonly string[];
  readonly messages: readonly string[];
  readonly meaning?: string;
  readonly remedy?: string;
}

export interface WhyView {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: StateWord;
  readonly progress: string;
  readonly troubles: readonly Trouble[];
  readonly next?: string;
  /** Newest last. */
  readonly evidence: readonly JournalEntry[];
}

type Thing = SriovHost | SriovVmAttachment;

const EVIDENCE = 5;

export function whyView(object: Thing): WhyView {
  const { metadata, status, kind } = object;
  const { word, progress } = stateOf(object);
  const bad = (status?.conditions ?? []).filter((condition) => !isGood(condition));
  const reasons = [...new Set(bad.map(({ reason }) => reason))];
  const next = nextCommand(object);
  return {
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    state: word,
    progress,
    troubles: reasons.map((reason) =>
      troubleOf(
        object,
        reason,
        bad.filter((condition) => condition.reason === reason),
      ),
    ),
    ...(next === undefined ? {} : { next }),
    evidence: bad.length === 0 ? [] : (status?.journal ?? []).slice(-EVIDENCE),
  };
}

/** Reconciling and Stalled are good when False, all others when True. */
export function isGood({ type, status }: Condition): boolean {
  const abnormal = CONDITION_TYPES.some((entry) => entry.type === type && entry.polarity === 'Abnormal');
  return status === (abnormal ? 'False' : 'True');
}

function troubleOf(object: Thing, reason: string, conditions: readonly Condition[]): Trouble {
  const entry = entryOf(object.kind, reason);
  return {
    reason,
    conditions: conditions.map(({ type }) => type),
    messages: [...new Set(conditions.map(({ message }) => message.replaceAll('<name>', object.metadata.name)))],
    ...(entry === undefined ? {} : { meaning: entry.summary, remedy: fillIn(entry.remedy, object) }),
  };
}

function entryOf(kind: Thing['kind'], reason: string): ReasonEntry | undefined {
  const rows: readonly ReasonEntry[] = REASONS;
  return rows.find((row) => row.reason === reason && row.kinds.includes(kind));
}

/** The remedy with this object's own values: `<status.plan.hash>` is replaced, a bare path such as spec.mode gets its value behind it. */
export function fillIn(remedy: string, object: Thing): string {
  const { name, namespace } = object.metadata;
  return remedy
    .replaceAll('<name>', name)
    .replaceAll('<namespace>', namespace)
    .replace(/<((?:spec|status)(?:\.[A-Za-z]+)+)>/g, (whole, path: string) => scalarAt(object, path) ?? whole)
    .replace(/(?<![<.\w])(?:spec|status)(?:\.[A-Za-z]+)+(?![\w[]|: )/g, (path) => {
      const value = scalarAt(object, path);
      return value === undefined ? path : `${path} (now ${value})`;
    });
}

function scalarAt(object: Thing, path: string): string | undefined {
  let value: unknown = object;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
