/** When a change, or the power-on after it, has to wait; and what a VM is owed that is off for it. */
import { SIBLING_PATIENCE_MS } from '../siblings.ts';
import type { AttachmentStep } from '../steps.ts';
import { HOST_CHANGE_RULES } from './host.ts';
import { type Block, block, firstBlock, type RuleInput } from './rule.ts';
import { VM_CHANGE_RULES } from './vm.ts';

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

/** The power-on for a VM that the operator powered off for a change that cannot be made now. */
export function powerBack(input: RuleInput): readonly AttachmentStep[] {
  const { vm, failure } = input.observation;
  if (!vm.known || vm.value.powerState !== 'poweredOff' || vm.value.connectionState !== 'connected') return [];
  if (input.memory.power?.poweredOffByUs !== true || failure !== undefined) return [];
  return firstBlock([...HOST_CHANGE_RULES, ...VM_CHANGE_RULES], input) === undefined ? [{ kind: 'PowerOnVm', because: 'powerOwed' }] : [];
}
