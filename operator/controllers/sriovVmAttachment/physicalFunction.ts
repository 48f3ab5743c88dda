/**
 * A whole physical function as the device of a VM: which device is ours, what has to change, and who else has or wants the function. Pure.
 *
 * Such a device has neither MAC address nor network in vSphere. What the rest of the controller sees of it is a card with its key and its
 * physical function.
 */
import type { SriovVmAttachment } from '../../api/types.ts';
import type { PassthroughDevice, SriovCard, Vm, VspherePhysicalFunction } from '../../ports/vsphere.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import { type Accounting, isGuest, isRefused, nameOf, precedes } from './accounting.ts';
import type { AttachmentMemory, DeviceRecord } from './memory.ts';
import type { Need } from './need.ts';

export function isPhysical({ spec }: Pick<SriovVmAttachment, 'spec'>): boolean {
  return spec.function.kind === 'Physical';
}

function asCard({ key, label, physicalFunction }: PassthroughDevice): SriovCard {
  return {
    key,
    label,
    macAddress: '',
    addressType: '',
    physicalFunction,
    automaticPhysicalFunction: false,
    virtualFunction: undefined,
    network: undefined,
    allowGuestMtuChange: undefined,
  };
}

/** Keys are unique among the devices of a VM, whatever their kind. */
export function isWhole({ passthrough = [] }: Vm, card: SriovCard | undefined): boolean {
  return card !== undefined && passthrough.some(({ key }) => key === card.key);
}

/** The recorded one by key and function; keys are used again, so neither counts alone. */
export function recordedFunction({ passthrough = [] }: Vm, device: DeviceRecord | undefined): SriovCard | undefined {
  if (device?.kind !== 'Physical') return undefined;
  const found = passthrough.find(({ key, physicalFunction }) => key === device.key && physicalFunction === device.physicalFunction);
  return found === undefined ? undefined : asCard(found);
}

/**
 * After a crash between the request and its record, ours is the one with the wanted function: no VM had such a device when the change began.
 * Its key says nothing, since that of a device that was replaced is used again.
 */
export function identifyFunction(vm: Vm, { device, change }: AttachmentMemory, wanted: string | undefined): SriovCard | undefined {
  const recorded = recordedFunction(vm, device);
  if (recorded !== undefined || change?.cardsBefore === undefined || wanted === undefined) return recorded;
  const added = vm.passthrough?.find(({ physicalFunction }) => physicalFunction === wanted);
  return added === undefined ? undefined : asCard(added);
}

export function needOfFunction(vm: Vm, device: SriovCard | undefined, physicalFunction: VspherePhysicalFunction): Need | undefined {
  const memory = vm.memoryLockedToMax ? undefined : ({ lock: true } as const);
  const add = { kind: 'Physical', physicalFunction } as const;
  if (device === undefined) return { because: 'cardMissing', differences: [], change: { add, remove: undefined, memory } };
  if (device.physicalFunction !== physicalFunction.id) {
    const differences = [`physical function is ${device.physicalFunction ?? 'none'}, declared is ${physicalFunction.id}`];
    const remove = {
      key: device.key,
      macAddress: '',
      ...(device.physicalFunction === undefined ? {} : { physicalFunction: device.physicalFunction }),
    };
    return { because: 'cardDiffers', differences, change: { add, remove, memory } };
  }
  if (memory === undefined) return undefined;
  const differences = ['not all memory of the VM is reserved and locked'];
  return { because: 'memoryNotLocked', differences, change: { add: undefined, remove: undefined, memory } };
}

interface HoldersInput {
  readonly attachment: SriovVmAttachment;
  readonly attachments: readonly SriovVmAttachment[];
  /** Keys of attachments that are about to add their devices; default: none. */
  readonly claimed?: ReadonlySet<string> | undefined;
  readonly vms: readonly Vm[];
  readonly physicalFunction: string;
  readonly own: { readonly vmMoRef: string; readonly key: number | undefined };
}

/** One VM can have it: every VM with such a device counts, whether it runs or not, and every attachment that came first. */
export function accountWhole({ attachment, attachments, claimed, vms, physicalFunction, own }: HoldersInput): Accounting {
  const devices = vms
    .filter(({ template }) => !template)
    .flatMap((vm) => (vm.passthrough ?? []).map((device) => ({ vm, device })))
    .filter(({ device }) => device.physicalFunction === physicalFunction)
    .filter(({ vm, device }) => !(vm.moRef === own.vmMoRef && device.key === own.key));
  const rivals = attachments.filter((other) => isRival(other, attachment, claimed));
  return {
    present: 1,
    inUse: devices.filter(({ vm }) => vm.powerState === 'poweredOn').length,
    holders: [
      ...devices.map(({ vm }) => (isGuest(attachment) ? 'another VM' : `VM ${vm.name}`)),
      ...rivals.map((other) => nameOf(other, attachment)),
    ].sort(),
    macAddressUsedBy: undefined,
  };
}

function isRival(other: SriovVmAttachment, attachment: SriovVmAttachment, claimed: ReadonlySet<string> | undefined): boolean {
  if (keyOf(other) === keyOf(attachment) || !isPhysical(other) || hostKeyOf(other) !== hostKeyOf(attachment)) return false;
  const { adapter, port } = attachment.spec.function;
  if (other.spec.function.adapter !== adapter || other.spec.function.port !== port) return false;
  if (other.status?.device !== undefined || other.status?.change !== undefined || claimed?.has(keyOf(other)) === true) return true;
  return other.metadata.deletionTimestamp === undefined && !isRefused(other) && precedes(other, attachment);
}

/** For messages, at the beginning of a sentence: what the operator put into the VM. */
export function deviceWords(device: Pick<DeviceRecord, 'kind' | 'macAddress' | 'physicalFunction'> | undefined): string {
  if (device === undefined) return 'A card';
  if (device.kind === 'Physical') return `The physical function ${device.physicalFunction ?? ''}`;
  return `The card ${device.macAddress ?? ''}`;
}
