/** SubnetManagerReady and LinkActive of an attachment on an InfiniBand port. Pure; called by conditions.ts only. */
import type { ConditionInput } from '../../../api/conditions.ts';
import type { AttachmentConditionType } from '../../../api/reasons/conditionTypes.ts';
import { type AttachmentReason, reasonEntry } from '../../../api/reasons.ts';
import type { Because } from '../../fact.ts';
import type { Report } from '../status.ts';
import { isZero } from './infinibandPorts.ts';
import type { Subnet } from './subnet.ts';

type Input = ConditionInput<AttachmentConditionType, AttachmentReason>;
type Verdict = Because<AttachmentReason> & { readonly status: Input['status'] };

export function guestConditions(input: Report): readonly Input[] {
  const { subnet } = input.observation;
  if (subnet === undefined) return [];
  return [toCondition('SubnetManagerReady', subnetManagerReady(input, subnet)), toCondition('LinkActive', linkActive(input))];
}

/** True where the reason is about the inside of the guest, which says nothing of the device in the VM. */
export function isGuestMatter(reason: AttachmentReason): boolean {
  const { condition } = reasonEntry('SriovVmAttachment', reason);
  return condition === 'SubnetManagerReady' || condition === 'LinkActive';
}

function toCondition(type: 'SubnetManagerReady' | 'LinkActive', { status, reason, message }: Verdict): Input {
  const { remedy } = reasonEntry('SriovVmAttachment', reason);
  return { type, status, reason, message: remedy === 'Nothing to do.' ? message : `${message} ${remedy}` };
}

function subnetManagerReady(input: Report, subnet: Subnet): Verdict {
  return input.attachment.spec.subnetManager === undefined ? ofSubnet(input, subnet) : ofOwn(input, subnet);
}

/** The Subnet Manager in this VM. */
function ofOwn(input: Report, { name }: Subnet): Verdict {
  const { failure, plan, memory } = input;
  const because = [failure, plan.blocked].find((candidate) => candidate !== undefined && isGuestMatter(candidate.reason));
  if (because !== undefined) return { status: 'False', ...because };
  const manager = memory.subnetManager;
  if (plan.steps.length > 0 || plan.blocked !== undefined || manager === undefined) {
    return { status: 'False', reason: 'SubnetManagerAbsent', message: `The Subnet Manager of subnet ${name} is not set up yet.` };
  }
  switch (manager.state) {
    case 'Master':
      return {
        status: 'True',
        reason: 'SubnetManagerMaster',
        message: `This VM is the master of subnet ${name} (LID ${manager.lid ?? 0}).`,
      };
    case 'Standby':
      return {
        status: 'True',
        reason: 'SubnetManagerStandby',
        message: `The master of subnet ${name} is the port with GUID ${manager.guid ?? 'unknown'}, priority ${manager.priority ?? 0}.`,
      };
    case 'Unknown':
      return { status: 'Unknown', reason: 'GuestNotReadable', message: whyNotAsked(input) };
    default:
      return {
        status: 'False',
        reason: 'SubnetManagerAbsent',
        message: `The Subnet Manager of subnet ${name} is in state ${manager.state}.`,
      };
  }
}

/** Whether any Subnet Manager serves this attachment: a declared one says so itself, and an Active link proves one. */
function ofSubnet({ memory: { link } }: Report, { name, managers }: Subnet): Verdict {
  const master = managers.find(({ state, virtEnabled }) => state === 'Master' && virtEnabled);
  if (master !== undefined)
    return { status: 'True', reason: 'SubnetManagerMaster', message: `The master of subnet ${name} is ${master.name}.` };
  if (link?.state === 'Active') {
    return {
      status: 'True',
      reason: 'SubnetManagerMaster',
      message: `The link is Active through a Subnet Manager at LID ${link.smLid ?? 0} of subnet ${name}.`,
    };
  }
  if (managers.length > 0) {
    const states = managers.map(({ name: manager, state }) => `${manager} is ${state}`).join(', ');
    const unseen = managers.some(({ state }) => state === 'Unknown');
    return {
      status: unseen ? 'Unknown' : 'False',
      reason: 'SubnetManagerAbsent',
      message: `Subnet ${name} has no master that is known: ${states}.`,
    };
  }
  if (link !== undefined) {
    return {
      status: 'False',
      reason: 'SubnetManagerAbsent',
      message: `No attachment declares a Subnet Manager for subnet ${name}, and the link is ${link.state}.`,
    };
  }
  return { status: 'Unknown', reason: 'SubnetManagerUndeclared', message: `No attachment declares a Subnet Manager for subnet ${name}.` };
}

function linkActive(input: Report): Verdict {
  const { guest } = input.observation;
  const { link } = input.memory;
  if (link !== undefined) return ofLink(link);
  if (guest?.known === false) return { status: 'Unknown', ...guest.because };
  if (guest?.known === true) {
    const { ports } = guest.value;
    const message =
      ports.length === 0
        ? 'The guest has no InfiniBand port.'
        : `None of the InfiniBand ports of the guest is that of this card: ${ports.join(', ')}.`;
    return { status: 'False', reason: 'GuestPortNotFound', message };
  }
  return { status: 'Unknown', reason: 'GuestNotReadable', message: whyNotAsked(input) };
}

function whyNotAsked({ attachment, held, observation: { vm } }: Report): string {
  if (attachment.spec.guest === undefined) return 'spec.guest is not set.';
  if (held !== undefined) return held.message;
  if (!vm.known) return 'The VM cannot be seen now.';
  const { name, powerState } = vm.value;
  return powerState === 'poweredOn' ? `The device is not in VM ${name} as declared.` : `VM ${name} is ${powerState}.`;
}

function ofLink({ state, guid, device, physicalState, smLid }: NonNullable<Report['memory']['link']>): Verdict {
  const seen = `Port ${device ?? ''} of the guest is ${state}${physicalState === undefined ? '' : `, physically ${physicalState}`}`;
  if (isZero(guid)) return { status: 'False', reason: 'VfGuidUnset', message: `${seen}, and its GUID is 0.` };
  if (state === 'Active') return { status: 'True', reason: 'LinkUp', message: `${seen}, with the Subnet Manager at LID ${smLid ?? 0}.` };
  const initializing = state === 'Initializing' || state === 'Armed';
  return { status: 'False', reason: initializing ? 'LinkInitializing' : 'LinkDown', message: `${seen}.` };
}
