/** A recorded decision, made again by the planner of this plugin: the data behind `replay`. Pure. */
import { compareDecisions, type Difference } from '../../controllers/sriovHost/compareDecisions.ts';
import { type Decision, decisionOf, type HostCase } from '../../controllers/sriovHost/recordedCase.ts';
import { HIDDEN } from '../bundle/redact.ts';
import { type FactLine, rememberedFacts, seenFacts } from './facts.ts';

export interface ReplayView {
  readonly namespace: string;
  readonly name: string;
  /** When it was decided first. */
  readonly time: string;
  readonly seen: readonly FactLine[];
  readonly remembered: readonly FactLine[];
  /** By this version of the planner. */
  readonly decided: Decision;
  /** From what was recorded; empty: the same decision. */
  readonly differences: readonly Difference[];
  /** Values that were taken out of the file as secrets: what rests on them may be decided otherwise. */
  readonly hidden: number;
}

export function replayView(recorded: HostCase): ReplayView {
  const { namespace, name } = recorded.host.metadata;
  const decided = decisionOf(recorded);
  return {
    namespace,
    name,
    time: recorded.time,
    seen: seenFacts(recorded),
    remembered: rememberedFacts(recorded),
    decided,
    differences: compareDecisions(recorded.decided, decided),
    hidden: JSON.stringify(recorded).split(HIDDEN).length - 1,
  };
}
