/** When a change, or the power-on after it, has to wait. */
import { SIBLING_PATIENCE_MS } from '../siblings.ts';
import { type Block, block, type RuleInput } from './rule.ts';

/** A change that vSphere refused once is not worth another power-off. */
export function notRefused(input: RuleInput): Block | undefined {
  const { refused } = input.memory;
  return refused === undefined || input.retry ? undefined : block('ChangeRefused', refused.message);
}

/** One power-off for all attachments of a VM: the first waits for the others, for a limited time. */
export function siblingsFirst({ memory, observation, now }: RuleInput): Block | undefined {
  const started = memory.change?.startedTime;
  if (observation.pendingSiblings.length === 0) return undefined;
  if (started !== undefined && now.getTime() > Date.parse(started) + SIBLING_PATIENCE_MS) return undefined;
  return block('WaitingForOtherAttachments', `The VM stays off for ${observation.pendingSiblings.join(', ')}.`);
}
