/** Whether two decisions are the same, by what they do and not by their wording. Pure. */
import type { Problem } from '../../api/types.ts';
import type { Decision } from './recordedCase.ts';

export interface Difference {
  /** Of what, for example `restarts` or `condition Ready`. */
  readonly what: string;
  readonly before: string;
  readonly now: string;
}

/** Empty where both do the same. Texts and the hash, which is made of texts, do not count. */
export function compareDecisions(before: Decision, now: Decision): readonly Difference[] {
  const [old, fresh] = [essenceOf(before), essenceOf(now)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh)])];
  return names.flatMap((what) => {
    const [one = 'none', other = 'none'] = [old[what], fresh[what]];
    return one === other ? [] : [{ what, before: one, now: other }];
  });
}

function essenceOf(decision: Decision): Readonly<Record<string, string>> {
  const { steps, runsNow, restarts, pending, blocked, waiting, adapters, converged, conditions } = decision;
  return {
    steps: listed(
      steps.map(({ kind, subject, because, expected }) => `${kind}/${subject} (${because}${expected === true ? ', expected' : ''})`),
    ),
    'runs now': listed(runsNow),
    restarts: String(restarts),
    'pending for a restart': listed(pending),
    'in the way': reasonOf(blocked),
    'waits for': reasonOf(waiting),
    'as declared': converged ? 'yes' : 'no',
    ...Object.fromEntries(
      adapters.map(({ name, known, problem }) => [`adapter ${name}`, `${known ? 'read' : 'not read'}, ${reasonOf(problem)}`]),
    ),
    ...Object.fromEntries(conditions.map(({ type, status, reason }) => [`condition ${type}`, `${status} ${reason}`])),
  };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'none' : items.join(', ');
}

function reasonOf(problem: Problem | undefined): string {
  return problem?.reason ?? 'nothing';
}
