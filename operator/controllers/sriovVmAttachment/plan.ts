/** What has to be done for an attachment. Pure and total: recomputed on every look, never resumed. */

import { ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { SriovCard, Vm } from '../../ports/vsphere.ts';
import { drsSteps } from './drs.ts';
import { guestDied } from './guestDeath.ts';
import { owesPowerOn } from './memory.ts';
import { movedFunction } from './movedFunction.ts';
import { type Need, needOf } from './need.ts';
import { isPhysical, isWhole, needOfFunction } from './physicalFunction.ts';
import { planRemoval } from './planRemoval.ts';
import { CARD_ADD_RULES, CARD_RULES } from './rules/card.ts';
import { inTurn, notRefused, powerBack, siblingsFirst } from './rules/change.ts';
import { HOST_CHANGE_RULES, HOST_RULES } from './rules/host.ts';
import { memoryReservable } from './rules/memory.ts';
import { NETWORK_RULES } from './rules/network.ts';
import { FUNCTION_ADD_RULES, FUNCTION_RULES, FUNCTION_VM_RULES } from './rules/physicalFunction.ts';
import { type PowerOff, powerOffFor } from './rules/power.ts';
import { mayBeCarriedOut } from './rules/privileges.ts';
import { RELOCATION_RULES, relocationOf } from './rules/relocation.ts';
import { type Block, block, firstBlock, type Rule, type RuleInput } from './rules/rule.ts';
import { VM_ADD_RULES, VM_CHANGE_RULES, VM_RULES } from './rules/vm.ts';
import type { AttachmentStep } from './steps.ts';
import { planTakeBack } from './takeBack.ts';

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
  const back = planTakeBack(input);
  if (back !== undefined) return back;
  const physical = isPhysical(input.attachment);
  const obstacles = firstOfEach(input, [HOST_RULES, VM_RULES, physical ? FUNCTION_RULES : [...CARD_RULES, ...NETWORK_RULES]]);
  const { vm, card, network, physicalFunction } = input.observation;
  if (obstacles.length > 0 || !vm.known || !card.known || !physicalFunction.known || (!physical && !network.known)) {
    return stopped(input, { ...NOTHING, obstacles });
  }
  const need = network.known
    ? needOf(vm.value, card.value, { physicalFunction: physicalFunction.value, network: network.value, spec: input.attachment.spec })
    : needOfFunction(vm.value, card.value, physicalFunction.value);
  return need === undefined ? withDrs(input, planPower(input, vm.value, card.value)) : planChange(input, vm.value, need);
}

/** The VM is as declared, or about to be powered on: before that it is taken out of DRS, which may place it on another host. */
function withDrs(input: RuleInput, plan: Plan): Plan {
  const steps = drsSteps(input);
  return plan.blocked !== undefined || steps.length === 0 ? plan : { ...plan, steps: [...steps, ...plan.steps] };
}

/** The card is in: what is left is the power that the operator owes the VM. */
function planPower(input: RuleInput, vm: Vm, card: SriovCard | undefined): Plan {
  if (vm.powerState !== 'poweredOff') return verified(vm, card);
  if (!owesPowerOn(input.memory)) {
    const died = guestDied(input);
    return died === undefined ? NOTHING : { ...NOTHING, blocked: died, obstacles: [died] };
  }
  const blocked = firstBlock([...HOST_CHANGE_RULES, ...VM_CHANGE_RULES, notRefused, siblingsFirst], input);
  return { ...NOTHING, steps: [{ kind: 'PowerOnVm', because: 'powerOwed' }], blocked, obstacles: listed(blocked) };
}

/** A running VM has a virtual function behind its card, or the card does not work. */
function verified(vm: Vm, card: SriovCard | undefined): Plan {
  if (card?.virtualFunction !== undefined || isWhole(vm, card)) return NOTHING;
  const blocked = block('VirtualFunctionNotAssigned', `VM ${vm.name} runs and its card ${card?.macAddress ?? ''} has no virtual function.`);
  return { ...NOTHING, blocked, obstacles: [blocked] };
}

function planChange(input: RuleInput, vm: Vm, need: Need): Plan {
  const powerOff = powerOffFor(vm, input);
  const { physicalFunction } = input.observation;
  const moved = physicalFunction.known ? movedFunction(input.memory.device, physicalFunction.value) : undefined;
  const drift = moved === undefined ? driftOf(input, need) : [];
  const others = changeObstacles(input, need, permission(powerOff, { need, drift, moved }));
  const move = relocationOf(input);
  const owed = owesPowerOn(input.memory);
  const powerOnLater =
    owed || input.attachment.spec.powerPolicy.powerOn || (powerOff.step !== undefined && powerOff.step.kind !== 'AwaitPowerOff');
  const steps: AttachmentStep[] = [
    ...(input.attachment.metadata.finalizers?.includes(ATTACHMENT_FINALIZER)
      ? []
      : [{ kind: 'AddFinalizer', because: need.because } as const]),
    ...drsSteps(input).filter(({ kind }) => kind !== 'AddFinalizer'),
    ...(powerOff.step === undefined ? [] : [powerOff.step]),
    // The change itself rests on how the VM is once it is there: it is planned then, and the VM stays off until it is in.
    ...(move === undefined ? [{ kind: 'ReconfigureVm', because: need.because, change: need.change, powerOnLater } as const] : [move]),
    ...(move === undefined && powerOnLater && siblingsFirst(input) === undefined
      ? [{ kind: 'PowerOnVm', because: 'powerOwed' } as const]
      : []),
  ];
  const obstacles = [...others, ...listed(mayBeCarriedOut(input, steps))];
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
  const addRules = isPhysical(input.attachment)
    ? { vm: FUNCTION_VM_RULES, card: FUNCTION_ADD_RULES }
    : { vm: VM_ADD_RULES, card: CARD_ADD_RULES };
  return firstOfEach(input, [
    HOST_CHANGE_RULES,
    [
      ...VM_CHANGE_RULES,
      ...(relocationOf(input) === undefined ? [] : RELOCATION_RULES),
      ...(adds ? addRules.vm : []),
      ...(need.change.memory?.lock === true ? [memoryReservable] : []),
    ],
    [...(adds ? addRules.card : []), notRefused, () => permissionBlock, ...(adds ? [inTurn] : [])],
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
