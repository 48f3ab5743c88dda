/** Condition types and reasons -> docs/reasons.md. Pure. */

import { CONDITION_TYPES, type ConditionTypeEntry, type ReasonKind } from '../reasons/conditionTypes.ts';
import type { ReasonEntry } from '../reasons/entry.ts';
import { REASONS } from '../reasons.ts';

const REASON_KINDS: readonly ReasonKind[] = ['SriovHost', 'SriovVmAttachment'];

export function reasonReference(header: string): string {
  return [
    `<!-- ${header} -->`,
    '# Conditions, reasons and events',
    'Every object carries conditions. `Ready` sums them up and repeats the reason of the first thing in the way; its message says what, why and what to do.',
    'The same words are the reasons of events (`kubectl describe`, `kubectl events`). They are stable: alerts and scripts may rely on them.',
    ...REASON_KINDS.flatMap(kindSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function kindSection(kind: ReasonKind): string[] {
  const types: readonly ConditionTypeEntry[] = CONDITION_TYPES;
  const reasons: readonly ReasonEntry[] = REASONS;
  return [
    `## ${kind}`,
    conditionTable(types.filter((entry) => entry.kinds.includes(kind))),
    `### Reasons of ${kind}`,
    '"Stalled" means that the operator does not try again by itself: correct the cause in the spec, in the Secret or on the host, or set the annotation `sriov.esxi.io/retry` to a new value.',
    ...reasons.filter((entry) => entry.kinds.includes(kind)).map((entry) => reasonSection(kind, entry)),
  ];
}

function conditionTable(entries: readonly ConditionTypeEntry[]): string {
  const rows = entries.map((entry) => `| ${entry.type} | ${entry.polarity === 'Normal' ? 'True' : 'False'} | ${entry.summary} |`);
  return ['| Condition | When all is well | True means |', '| --- | --- | --- |', ...rows].join('\n');
}

function reasonSection(kind: ReasonKind, entry: ReasonEntry): string {
  const event = entry.event === 'None' ? 'no event' : `event ${entry.event}`;
  const facts = [`condition ${entry.condition}`, event, ...(entry.stalls === true ? ['**Stalled**'] : [])].join(', ');
  return [`#### ${kind}: ${entry.reason}`, `*${facts}*`, `${escaped(entry.summary)}`, `What to do: ${escaped(entry.remedy)}`].join('\n\n');
}

const escaped = (text: string): string => text.replaceAll('<', '&lt;').replaceAll('*', '\\*');
