/** When a change, or the power-on after it, has to wait; and what a VM is owed that is off for it. */
import { refusedReason } from '../powerOnFailures.ts';
import { SIBLING_PATIENCE_MS } from '../siblings.ts';
import type { AttachmentStep } from '../steps.ts';
import { HOST_CHANGE_RULES } from './host.ts';
import { type Block, block, firstBlock, type RuleInput } from './rule.ts';
import { VM_CHANGE_RULES } from './vm.ts';

/** A change that vSphere refused once is not worth another power-off. */
export function notRefused(input: RuleInput): Block | undefined {
  const { refused } = input.memory;
  return refused === undefined || input.retry ? undefined : block(refusedReason(refused), refused.message);
}

/** One power-off for all attachments of a VM: the first waits for the others, for a limited time. */
export function siblingsFirst({ memory, observation, now }: RuleInput): Block | undefined {
  const started = memory.change?.startedTime;
  if (observation.pendingSiblings.length === 0) return undefined;
  if (started !== undefined && now.getTime() > Date.parse(started) + SIBLING_PATIENCE_MS) return undefined;
  return block('WaitingForOtherAttachments', `The VM stays off for ${observation.pendingSiblings.join(', ')}.`);
}

/** Cards of one VM come in the order in which their attachments were created, as far as these come at about the same time. */
export function inTurn({ memory, observation, now }: RuleInput): Block | undefined {
  if (memory.device !== undefined || memory.change !== undefined) return undefined;
  const first = (observation.earlierSiblings ?? []).filter(
    ({ created }) => Math.abs(now.getTime() - Date.parse(created)) < SIBLING_PATIENCE_MS,
  );
  if (first.length === 0) return undefined;
  return block(
    'WaitingForOtherAttachments',
    `Older attachments of this VM get their cards first: ${first.map(({ key }) => key).join(', ')}.`,
  );
}

/** The power-on for a VM that the operator powered off for a change that cannot be made now. */
export function powerBack(input: RuleInput): readonly AttachmentStep[] {
  const { vm, failure } = input.observation;
  if (!vm.known || vm.value.powerState !== 'poweredOff' || vm.value.connectionState !== 'connected') return [];
  if (input.memory.power?.poweredOffByUs !== true || failure !== undefined || doesNotPowerOn(input)) return [];
  return firstBlock([...HOST_CHANGE_RULES, ...VM_CHANGE_RULES], input) === undefined ? [{ kind: 'PowerOnVm', because: 'powerOwed' }] : [];
}

/** vSphere refused to power the VM on with the card that is still in it. */
function doesNotPowerOn({ memory, observation: { card }, retry }: RuleInput): boolean {
  return !retry && memory.refused?.reason !== undefined && !(card.known && card.value === undefined);
}
