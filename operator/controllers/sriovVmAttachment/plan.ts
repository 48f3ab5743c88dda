/** What has to be done for an attachment. Pure and total: recomputed on every look, never resumed. */

import { ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { SriovCard, Vm } from '../../ports/vsphere.ts';
import { owesPowerOn } from './memory.ts';
import { movedFunction } from './movedFunction.ts';
import { type Need, needOf } from './need.ts';
import { planRemoval } from './planRemoval.ts';
import { CARD_ADD_RULES, CARD_RULES } from './rules/card.ts';
import { notRefused, powerBack, siblingsFirst } from './rules/change.ts';
import { HOST_CHANGE_RULES, HOST_RULES } from './rules/host.ts';
import { type PowerOff, powerOffFor } from './rules/power.ts';
import { type Block, block, firstBlock, type Rule, type RuleInput } from './rules/rule.ts';
import { VM_ADD_RULES, VM_CHANGE_RULES, VM_RULES } from './rules/vm.ts';
import type { AttachmentStep } from './steps.ts';

export interface Plan {
  /** In order. Empty and not blocked: nothing is left to do. */
  readonly steps: readonly AttachmentStep[];
  /** Why nothing may be done now; `steps` then shows what would be. */
  readonly blocked: Block | undefined;
  /** What keeps conditions from being True: at most one for each of host, VM and card, in this order. */
  readonly obstacles: readonly Block[];
  /** What somebody else changed, in words. */
  readonly drift: readonly string[];
  /** Where the physical function of the card went, in words; the card is to follow it. */
  readonly moved?: string | undefined;
  /** Why the object is let go although its card may still be in a VM. */
  readonly leftBehind: string | undefined;
}

export const NOTHING: Plan = { steps: [], blocked: undefined, obstacles: [], drift: [], leftBehind: undefined };

export function plan(input: RuleInput): Plan {
  return input.attachment.metadata.deletionTimestamp === undefined ? planAttachment(input) : planRemoval(input);
}

function planAttachment(input: RuleInput): Plan {
  const obstacles = firstOfEach(input, [HOST_RULES, VM_RULES, CARD_RULES]);
  const { vm, card, network, physicalFunction } = input.observation;
  if (obstacles.length > 0 || !vm.known || !card.known || !network.known || !physicalFunction.known) {
    return stopped(input, { ...NOTHING, obstacles });
  }
  const wanted = { physicalFunction: physicalFunction.value, network: network.value, spec: input.attachment.spec };
  const need = needOf(vm.value, card.value, wanted);
  return need === undefined ? planPower(input, vm.value, card.value) : planChange(input, vm.value, need);
}

/** The card is in: what is left is the power that the operator owes the VM. */
function planPower(input: RuleInput, vm: Vm, card: SriovCard | undefined): Plan {
  if (vm.powerState !== 'poweredOff') return verified(vm, card);
  if (!owesPowerOn(input.memory)) return NOTHING;
  const blocked = firstBlock([...HOST_CHANGE_RULES, ...VM_CHANGE_RULES, siblingsFirst], input);
  return { ...NOTHING, steps: [{ kind: 'PowerOnVm', because: 'powerOwed' }], blocked, obstacles: listed(blocked) };
}

/** A running VM has a virtual function behind its card, or the card does not work. */
function verified(vm: Vm, card: SriovCard | undefined): Plan {
  if (card?.virtualFunction !== undefined) return NOTHING;
  const blocked = block('VirtualFunctionNotAssigned', `VM ${vm.name} runs and its card ${card?.macAddress ?? ''} has no virtual function.`);
  return { ...NOTHING, blocked, obstacles: [blocked] };
}

function planChange(input: RuleInput, vm: Vm, need: Need): Plan {
  const powerOff = powerOffFor(vm, input);
  const { physicalFunction } = input.observation;
  const moved = physicalFunction.known ? movedFunction(input.memory.device, physicalFunction.value) : undefined;
  const drift = moved === undefined ? driftOf(input, need) : [];
  const obstacles = changeObstacles(input, need, permission(powerOff, { need, drift, moved }));
  const owed = owesPowerOn(input.memory);
  const powerOnLater =
    owed || input.attachment.spec.powerPolicy.powerOn || (powerOff.step !== undefined && powerOff.step.kind !== 'AwaitPowerOff');
  const steps: AttachmentStep[] = [
    ...(input.attachment.metadata.finalizers?.includes(ATTACHMENT_FINALIZER)
      ? []
      : [{ kind: 'AddFinalizer', because: need.because } as const]),
    ...(powerOff.step === undefined ? [] : [powerOff.step]),
    { kind: 'ReconfigureVm', because: need.because, change: need.change, powerOnLater },
    ...(powerOnLater && siblingsFirst(input) === undefined ? [{ kind: 'PowerOnVm', because: 'powerOwed' } as const] : []),
  ];
  const plan: Plan = { ...NOTHING, steps, drift, ...(moved === undefined ? {} : { moved }) };
  return obstacles.length === 0 ? plan : stopped(input, { ...plan, obstacles });
}

/** Nothing can be done for the card now; a VM that is off for its sake gets its power back meanwhile. */
function stopped(input: RuleInput, plan: Plan): Plan {
  const steps = powerBack(input);
  return steps.length > 0 ? { ...plan, steps } : { ...plan, blocked: plan.obstacles[0] };
}

function changeObstacles(input: RuleInput, need: Need, permissionBlock: Block | undefined): readonly Block[] {
  const adds = need.change.add !== undefined;
  return firstOfEach(input, [
    HOST_CHANGE_RULES,
    [...VM_CHANGE_RULES, ...(adds ? VM_ADD_RULES : [])],
    [...(adds ? CARD_ADD_RULES : []), notRefused, () => permissionBlock],
  ]);
}

/** A card that was as declared once and may not be repaired is reported as what it is. */
function permission(
  { block: blocked }: PowerOff,
  { need, drift, moved }: { readonly need: Need; readonly drift: readonly string[]; readonly moved: string | undefined },
): Block | undefined {
  if (blocked !== undefined && moved !== undefined) return block('PhysicalFunctionMoved', `${sentence(moved)} ${blocked.message}`);
  if (blocked === undefined || drift.length === 0) return blocked;
  const reason = need.because === 'memoryNotLocked' ? 'MemoryNotReserved' : 'CardDrifted';
  return block(reason, `Changed by somebody else: ${drift.join('; ')}. ${blocked.message}`);
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function driftOf({ memory }: RuleInput, need: Need): readonly string[] {
  if (memory.device === undefined) return [];
  return need.because === 'cardMissing' ? ['the card is not in the VM any more'] : need.differences;
}

function firstOfEach(input: RuleInput, groups: readonly (readonly Rule[])[]): readonly Block[] {
  return groups.flatMap((rules) => listed(firstBlock(rules, input)));
}

function listed(blocked: Block | undefined): readonly Block[] {
  return blocked === undefined ? [] : [blocked];
}
