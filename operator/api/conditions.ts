/** Conditions by the Kubernetes API conventions. Pure: the clock comes in as `now`. */
import type { Condition } from './types.ts';

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A condition as the status functions compute it; times and generation are added by `mergeConditions`. */
export interface ConditionInput<Type extends string = string, Reason extends string = string> {
  readonly type: Type;
  readonly status: ConditionStatus;
  readonly reason: Reason;
  readonly message: string;
}

/**
 * The new list of conditions: `lastTransitionTime` moves only when `status` changes, `observedGeneration` always says
 * which spec was looked at, and the order is that of `wanted`, so that an unchanged world gives an unchanged status.
 */
export function mergeConditions(
  previous: readonly Condition[] | undefined,
  wanted: readonly ConditionInput[],
  observedGeneration: number,
  now: Date,
): Condition[] {
  return wanted.map((input) => {
    const before = previous?.find((condition) => condition.type === input.type);
    const unchanged = before?.status === input.status;
    const lastTransitionTime = unchanged ? before.lastTransitionTime : rfc3339(now);
    return { ...input, message: cut(input.message), observedGeneration, lastTransitionTime };
  });
}

/** As the schema allows: with a list of a thousand VMs in it, the API server would refuse the whole status. */
const LONGEST_MESSAGE = 32_768;

function cut(message: string): string {
  return message.length <= LONGEST_MESSAGE ? message : `${message.slice(0, LONGEST_MESSAGE - 3)}...`;
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type);
}

export function isTrue(conditions: readonly Condition[] | undefined, type: string): boolean {
  return findCondition(conditions, type)?.status === 'True';
}

/** RFC 3339 in UTC with whole seconds, the form of metav1.Time. */
export function rfc3339(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}
