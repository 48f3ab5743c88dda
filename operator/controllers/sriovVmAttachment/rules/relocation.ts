/** Whether a VM on another host may and can be moved to the one whose function it is to get. */
import type { Vm } from '../../../ports/vsphere.ts';
import type { AttachmentStep } from '../steps.ts';
import { type Block, block, type Rule, type RuleInput, unknownBlocks } from './rule.ts';

export type RelocateVm = Extract<AttachmentStep, { kind: 'RelocateVm' }>;

/** A virtual function belongs to the host that has it. Passthrough devices hold a VM to its host; whoever put them in decides. */
export function vmOnHost(input: RuleInput): Block | undefined {
  const { vm, vsphereHost } = input.observation;
  if (!vm.known || relocationOf(input) === undefined || !vsphereHost.known) return undefined;
  const where = `VM ${vm.value.name} is on another host than ${vsphereHost.value.name}`;
  if (input.attachment.spec.relocation !== 'Cold') {
    return block('VmOnOtherHost', `${where}; a function of an adapter belongs to one host, and vMotion moves no VM that has one.`);
  }
  return holdsDevices(vm.value) ? block('VmOnOtherHost', `${where}, and has passthrough devices of that host.`) : undefined;
}

/** Looked at only when the VM has to be moved. */
export const RELOCATION_RULES: readonly Rule[] = [
  // Whether the host reaches the files of the VM is known.
  ({ observation: { relocation } }) => (relocation === undefined ? undefined : unknownBlocks(relocation)),
  // Two attachments that want the VM on two hosts would move it to and fro.
  ({ observation: { vm, claimedElsewhere = [] } }) =>
    vm.known && claimedElsewhere.length > 0
      ? block('VmOnOtherHost', `VM ${vm.value.name} is wanted on another host by ${claimedElsewhere.join(', ')}.`)
      : undefined,
  // The files of the VM stay where they are.
  ({ observation: { vm, vsphereHost, relocation } }) => {
    if (!vm.known || !vsphereHost.known || relocation?.known !== true || relocation.value.unreachableDatastores.length === 0)
      return undefined;
    const names = relocation.value.unreachableDatastores.join(', ');
    return block(
      'DatastoreNotReachable',
      `VM ${vm.value.name} cannot be moved to ${vsphereHost.value.name}, which does not reach: ${names}.`,
    );
  },
];

/** The move that is needed, whether it is allowed or not; undefined where the VM is on the host. */
export function relocationOf({ observation: { vm, vsphereHost } }: RuleInput): RelocateVm | undefined {
  if (!vm.known || !vsphereHost.known || vm.value.hostMoRef === vsphereHost.value.moRef) return undefined;
  const { moRef: hostMoRef, name: hostName } = vsphereHost.value;
  return { kind: 'RelocateVm', because: 'vmOnOtherHost', hostMoRef, hostName };
}

function holdsDevices({ sriovCards, passthroughDevices = 0 }: Vm): boolean {
  return sriovCards.length > 0 || passthroughDevices > 0;
}
