/** One row of the reason tables. */
import type { ConditionType, ReasonKind } from './conditionTypes.ts';

/** Type of the event that goes with a reason; None: conditions only. */
export type EventType = 'Normal' | 'Warning' | 'None';

export interface ReasonEntry {
  /** Stable CamelCase word: people put it into alerts and scripts, so it is never renamed. */
  readonly reason: string;
  readonly kinds: readonly ReasonKind[];
  /** The condition that carries it first; Ready repeats the reason of the first condition that does not hold. */
  readonly condition: ConditionType;
  readonly event: EventType;
  /** Set where trying again on a timer cannot help: Stalled is True until the spec, a Secret or the host changes or a retry is asked for. */
  readonly stalls?: true;
  /** What it means. */
  readonly summary: string;
  /** What to do. */
  readonly remedy: string;
}
