/** A rule looks at everything and says why the plan must stop here, or nothing. Its name is the name that people see. */
import type { AttachmentReason } from '../../../api/reasons.ts';
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { Because } from '../../fact.ts';
import type { AttachmentMemory } from '../memory.ts';
import type { AttachmentFact, Observation } from '../observation.ts';

export interface RuleInput {
  readonly attachment: SriovVmAttachment;
  readonly memory: AttachmentMemory;
  readonly observation: Observation;
  readonly now: Date;
  /** How long the guest that was asked to shut down has had by the time of this process, in milliseconds; by the clock where it is left out. */
  readonly guestHadMs?: number | undefined;
  /** True when the retry annotation has a value that was not acted on yet. */
  readonly retry: boolean;
}

export type Block = Because<AttachmentReason>;
export type Rule = (input: RuleInput) => Block | undefined;

/** The first rule that blocks wins; the order is the order in which a person would solve things. */
export function firstBlock(rules: readonly Rule[], input: RuleInput): Block | undefined {
  for (const rule of rules) {
    const block = rule(input);
    if (block !== undefined) return block;
  }
  return undefined;
}

export function block(reason: AttachmentReason, message: string): Block {
  return { reason, message };
}

export function unknownBlocks(fact: AttachmentFact<unknown>): Block | undefined {
  return fact.known ? undefined : fact.because;
}
