/** Rule: while firmware is burned nothing is done to the host, whoever began the burn. A restart in the middle of it can cost the adapter. */
import { becauseOfBurn } from '../burnUnderWay.ts';
import type { Blocked, PlanInput } from './input.ts';

export interface BurnProgress {
  readonly waiting: Blocked | undefined;
  readonly blocked: Blocked | undefined;
}

/** Undefined where no burn is under way. What cannot be told is no permission. */
export function followBurn({ observation: { burn } }: PlanInput): BurnProgress | undefined {
  if (burn === undefined) return undefined;
  if (!burn.known) return { waiting: undefined, blocked: { ...burn.because } };
  return { waiting: becauseOfBurn(burn.value), blocked: undefined };
}
