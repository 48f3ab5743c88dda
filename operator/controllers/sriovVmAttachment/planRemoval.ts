/** What has to be done for an attachment that is being deleted. Pure and total. */
import { ANNOTATIONS } from '../../api/group.ts';
import type { SriovCard, Vm } from '../../ports/vsphere.ts';
import { restoreDrs } from './drs.ts';
import { hasTouchedVm, owesPowerOn } from './memory.ts';
import { removalOf, settingToRestore } from './need.ts';
import { deviceWords } from './physicalFunction.ts';
import type { Plan } from './plan.ts';
import { notRefused, powerBack, siblingsFirst } from './rules/change.ts';
import { HOST_CHANGE_RULES } from './rules/host.ts';
import { powerOffFor } from './rules/power.ts';
import { mayBeCarriedOut } from './rules/privileges.ts';
import { type Block, block, firstBlock, type Rule, type RuleInput, unknownBlocks } from './rules/rule.ts';
import { VM_CHANGE_RULES } from './rules/vm.ts';
import type { AttachmentStep, VmChange } from './steps.ts';

const LET_GO = `To let the object go without taking the card out, set the annotation ${ANNOTATIONS.abandon}.`;

/** Facts that a detach rests on, in the order of the looks. */
const FACTS: readonly Rule[] = [
  // Nothing is known of the VM because its server was not reached: that is what is to be told.
  ({ observation: { vm, vsphereHost } }) => (!vm.known && vm.because.reason === 'NotYetKnown' ? unknownBlocks(vsphereHost) : undefined),
  ({ observation }) => unknownBlocks(observation.vm),
  ({ observation }) => unknownBlocks(observation.card),
  ({ observation: { vm } }) =>
    vm.known && vm.value.connectionState !== 'connected'
      ? block('VmNotConnected', `vSphere reports VM ${vm.value.name} as ${vm.value.connectionState}.`)
      : undefined,
];

export function planRemoval(input: RuleInput): Plan {
  const { attachment, memory, observation } = input;
  if (attachment.metadata.annotations?.[ANNOTATIONS.abandon] !== undefined) return letGo('abandoned', abandonment(input));
  if (!hasTouchedVm(memory)) return letGo('nothingAttached', undefined);
  const retain = attachment.spec.deletionPolicy === 'Retain';
  if (retain && !owesPowerOn(memory)) return letGo('retained', undefined);
  if (!observation.host.known && observation.host.because.reason === 'HostNotFound')
    return letGo('hostGone', observation.host.because.message);
  if (!observation.vm.known && observation.vm.because.reason === 'VmNotFound') {
    return letGo('vmGone', observation.vm.because.message);
  }
  const unknownFact = firstBlock(FACTS, input);
  const { vm, card } = observation;
  if (unknownFact !== undefined || !vm.known || !card.known) return blockedBy(input, [], unknownFact);
  return planDetach(input, vm.value, retain ? { kept: true } : { kept: false, card: card.value });
}

type Target = { readonly kept: true } | { readonly kept: false; readonly card: SriovCard | undefined };

function planDetach(input: RuleInput, vm: Vm, target: Target): Plan {
  const change = target.kept ? undefined : removalOf(vm, target.card, input.memory);
  const powerOff = change === undefined ? undefined : powerOffFor(vm, input);
  const owed = owesPowerOn(input.memory) || (powerOff?.step !== undefined && powerOff.step.kind !== 'AwaitPowerOff');
  const powersOn = owed && (change !== undefined || vm.powerState === 'poweredOff');
  const end: AttachmentStep[] = [
    ...(powersOn ? [{ kind: 'PowerOnVm', because: 'powerOwed' } as const] : []),
    ...(target.kept ? [] : restoreDrs(input.memory.drsOverride, 'attachmentDeleted')),
    { kind: 'RemoveFinalizer', because: 'attachmentDeleted' },
  ];
  const endsLater = change !== undefined && powersOn && siblingsFirst(input) !== undefined;
  const steps: AttachmentStep[] = [
    ...(powerOff?.step === undefined ? [] : [powerOff.step]),
    ...(change === undefined ? [] : [reconfigure(change, owed)]),
    ...(endsLater ? [] : end),
  ];
  if (change === undefined && !powersOn) return { ...letGo('attachmentDeleted', unproven(input, vm, target)), steps };
  const rules: readonly Rule[] = [
    ...(powersOn ? HOST_CHANGE_RULES : []),
    ...VM_CHANGE_RULES,
    ...(change === undefined ? [siblingsFirst] : [notRefused]),
    () => powerOff?.block,
    () => mayBeCarriedOut(input, steps),
  ];
  return blockedBy(input, steps, firstBlock(rules, input));
}

function reconfigure(change: VmChange, powerOnLater: boolean): AttachmentStep {
  return { kind: 'ReconfigureVm', because: 'attachmentDeleted', change, powerOnLater };
}

/** What stays in the VM: a card that was changed beyond recognition, or the memory lock of a card that somebody took out of a running VM. */
function unproven({ memory }: RuleInput, vm: Vm, target: Target): string | undefined {
  if (target.kept || target.card !== undefined) return undefined;
  const setting = settingToRestore(vm, undefined, memory);
  if (setting !== undefined) {
    return `The card is out of VM ${vm.name}, whose memory is still locked: it runs. Before, ${setting.memoryReservationMB} MB were reserved.`;
  }
  if (memory.device === undefined || memory.device.kind === 'Physical') return undefined;
  return vm.sriovCards.some(({ key }) => key === memory.device?.key)
    ? `The device ${memory.device.key} of VM ${vm.name} is not the card with MAC address ${memory.device.macAddress} any more and was left alone.`
    : undefined;
}

function abandonment({ memory }: RuleInput): string | undefined {
  if (!hasTouchedVm(memory)) return undefined;
  const where = memory.vm === undefined ? 'the VM' : `VM ${memory.vm.name}`;
  return `${deviceWords(memory.device)} may still be in ${where}, and its memory may still be locked: the annotation ${ANNOTATIONS.abandon} is set.`;
}

function letGo(because: string, leftBehind: string | undefined): Plan {
  return { steps: [{ kind: 'RemoveFinalizer', because }], blocked: undefined, obstacles: [], drift: [], leftBehind };
}

/** Not blocked: the steps. Blocked: nothing, except that a VM that is off for our sake gets its power back. */
function blockedBy(input: RuleInput, steps: readonly AttachmentStep[], blocked: Block | undefined): Plan {
  const plan: Plan = { steps, blocked: undefined, obstacles: [], drift: [], leftBehind: undefined };
  if (blocked === undefined) return plan;
  const explained = { ...blocked, message: `${blocked.message} ${LET_GO}` };
  const back = blocked.reason === 'WaitingForOtherAttachments' ? [] : powerBack(input);
  return { ...plan, obstacles: [explained], ...(back.length > 0 ? { steps: back } : { blocked: explained }) };
}
