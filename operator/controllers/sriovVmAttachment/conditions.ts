/** The conditions of an attachment, computed from one look, one plan and its outcome. Pure; called by status.ts only. */
import type { ConditionInput } from '../../api/conditions.ts';
import type { AttachmentConditionType } from '../../api/reasons/conditionTypes.ts';
import { type AttachmentReason, reasonEntry, stalls } from '../../api/reasons.ts';
import type { Because } from '../fact.ts';
import { isMatterOfPeople } from './failures.ts';
import { guestConditions, isGuestMatter } from './guest/conditions.ts';
import { isGuestStep } from './guest/steps.ts';
import { isPhysical } from './physicalFunction.ts';
import type { Report } from './status.ts';

type Input = ConditionInput<AttachmentConditionType, AttachmentReason>;
type Part = 'HostReady' | 'VmFound' | 'Attached';

export function conditionsOf(input: Report): readonly Input[] {
  const cause = causeOf(input);
  const parts = (['HostReady', 'VmFound', 'Attached'] as const).map((type) => part(type, input));
  return [ready(input, cause), reconciling(input, cause), stalled(cause), ...parts, ...guestConditions(input)];
}

/** Why the attachment is not ready: what failed now, before what keeps the plan from being carried out. */
function causeOf({ failure, plan }: Report): Because<AttachmentReason> | undefined {
  return failure ?? plan.blocked ?? plan.obstacles[0];
}

function ready(input: Report, cause: Because<AttachmentReason> | undefined): Input {
  if (cause !== undefined) return { type: 'Ready', status: negative(input), ...explain(cause) };
  const { plan, memory, attachment, held } = input;
  if (plan.steps.length === 0) return { type: 'Ready', status: 'True', reason: 'Succeeded', message: 'The VM has its card as declared.' };
  if (held !== undefined) return { type: 'Ready', status: 'False', ...explain(held) };
  if (attachment.metadata.deletionTimestamp !== undefined)
    return { type: 'Ready', status: 'False', ...explain(detaching(memory.vm?.name)) };
  const differing = differingCard(plan);
  if (differing !== undefined) return { type: 'Ready', status: 'False', ...differing };
  return { type: 'Ready', status: 'False', reason: 'Working', message: 'The plan in status.plan is being carried out.' };
}

/** The operator cannot tell while a server does not answer; everything else it knows. */
function negative({ observation: { failure } }: Report): 'False' | 'Unknown' {
  return failure === undefined || failure.terminal || isMatterOfPeople(failure) ? 'False' : 'Unknown';
}

function detaching(vmName: string | undefined): Because<AttachmentReason> {
  return { reason: 'Detaching', message: `The card is being taken out of VM ${vmName ?? ''}.` };
}

function reconciling({ plan, phase, held, attachment, memory }: Report, cause: Because<AttachmentReason> | undefined): Input {
  const type = 'Reconciling';
  if (held !== undefined) return { type, status: 'False', ...explain(held) };
  if (cause !== undefined) return stalls('SriovVmAttachment', cause.reason) ? idle() : { type, status: 'True', ...explain(cause) };
  if (plan.steps.length === 0) return idle();
  if (phase === 'ShuttingDown') {
    return { type, status: 'True', reason: 'PoweringOff', message: `The guest of VM ${memory.vm?.name ?? ''} was asked to shut down.` };
  }
  if (attachment.metadata.deletionTimestamp !== undefined) return { type, status: 'True', ...explain(detaching(memory.vm?.name)) };
  return { type, status: 'True', reason: 'Working', message: 'The plan in status.plan is being carried out.' };
}

function idle(): Input {
  return { type: 'Reconciling', status: 'False', reason: 'Idle', message: 'Nothing is under way.' };
}

function stalled(cause: Because<AttachmentReason> | undefined): Input {
  if (cause === undefined || !stalls('SriovVmAttachment', cause.reason)) {
    return { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'Nothing stops the operator for good.' };
  }
  return { type: 'Stalled', status: 'True', ...explain(cause) };
}

/** The condition that the table of reasons assigns to an obstacle carries it; the others say what was seen. */
function part(type: Part, input: Report): Input {
  const { failure, plan, observation } = input;
  const own = [failure, plan.blocked, ...plan.obstacles].find(
    (candidate) => candidate !== undefined && reasonEntry('SriovVmAttachment', candidate.reason).condition === type,
  );
  if (own !== undefined) return { type, status: negative(input), ...explain(own) };
  const { host, port, vsphereHost, physicalFunction, vm } = observation;
  if (type === 'HostReady' && host.known && port.known && vsphereHost.known && physicalFunction.known) {
    const present = physicalFunction.value.sriov?.present ?? 0;
    return {
      type,
      status: 'True',
      reason: 'AsDeclared',
      message: isPhysical(input.attachment)
        ? `Physical function ${physicalFunction.value.id} is passed through.`
        : `Physical function ${physicalFunction.value.id} has ${present} virtual functions.`,
    };
  }
  if (type === 'VmFound' && vm.known)
    return { type, status: 'True', reason: 'AsDeclared', message: `VM ${vm.value.name} (${vm.value.moRef}).` };
  return type === 'Attached' ? attached(input) : notYetKnown(type);
}

function attached(input: Report): Input {
  const type = 'Attached';
  const { plan, observation } = input;
  const { card } = observation;
  const why = causeOf(input);
  const cause = why !== undefined && isGuestMatter(why.reason) ? undefined : why;
  const differing = differingCard(plan);
  if (differing !== undefined) return { type, status: 'False', ...differing };
  if (!card.known) return notYetKnown(type);
  if (card.value === undefined) {
    return { type, status: 'False', reason: cause?.reason ?? 'Working', message: 'The card is not in the VM.' };
  }
  if (!plan.steps.every(isGuestStep)) return { type, status: 'False', reason: 'Working', message: 'The plan in status.plan is not done.' };
  if (cause !== undefined) return notYetKnown(type);
  const what =
    input.memory.device?.kind === 'Physical' ? `Physical function ${card.value.physicalFunction}` : `Card ${card.value.macAddress}`;
  return { type, status: 'True', reason: 'Attached', message: `${what} (device ${card.value.key}) is as declared.` };
}

/** A card that was as declared and is not any more. */
function differingCard({ drift, moved }: Report['plan']): Because<AttachmentReason> | undefined {
  if (moved !== undefined) return { reason: 'PhysicalFunctionMoved', message: `The card follows: ${moved}.` };
  return drift.length === 0 ? undefined : { reason: 'CardDrifted', message: `Changed by somebody else: ${drift.join('; ')}.` };
}

function notYetKnown(type: Part): Input {
  return {
    type,
    status: 'Unknown',
    reason: 'NotYetKnown',
    message: 'An earlier obstacle keeps the operator from seeing this; look at Ready.',
  };
}

/** What is wrong, and what to do about it. */
function explain({ reason, message }: Because<AttachmentReason>): { readonly reason: AttachmentReason; readonly message: string } {
  const { remedy } = reasonEntry('SriovVmAttachment', reason);
  return { reason, message: `${message} ${remedy}`.slice(0, 32_768) };
}
