/** What the vSphere user lacks for a change of the VM: asked just before one is made, and not while all is as declared. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { Privilege, PrivilegesOn } from '../../../ports/privileges.ts';
import type { VSphere } from '../../../ports/vsphere.ts';
import { known } from '../../fact.ts';
import type { AttachmentMemory } from '../memory.ts';
import { needOf, removalOf } from '../need.ts';
import type { Observation } from '../observation.ts';
import { isPhysical, needOfFunction } from '../physicalFunction.ts';
import type { Reader } from './reader.ts';

/** All that a change may take; which of it this one takes, the plan knows. */
const OF_VM: readonly Privilege[] = [
  'VirtualMachine.Config.AddRemoveDevice',
  'VirtualMachine.Config.Resource',
  'VirtualMachine.Interact.PowerOff',
  'VirtualMachine.Interact.PowerOn',
  'Resource.ColdMigrate',
];

interface Target {
  readonly attachment: SriovVmAttachment;
  readonly memory: AttachmentMemory;
}

/** Undefined where it is not needed, or where the server does not tell: then vSphere has the say. */
export async function readMissing(
  { reader, vsphere }: { readonly reader: Reader; readonly vsphere: VSphere },
  observation: Observation,
  target: Target,
): Promise<readonly Privilege[] | undefined> {
  const { vm, network } = observation;
  if (!vm.known || !isAboutToChange(observation, target)) return undefined;
  const ofNetwork: readonly PrivilegesOn[] = network.known
    ? [{ kind: kindOf(network.value.backing.kind), moRef: network.value.moRef, privileges: ['Network.Assign'] }]
    : [];
  const wanted: readonly PrivilegesOn[] = [{ kind: 'VirtualMachine', moRef: vm.value.moRef, privileges: OF_VM }, ...ofNetwork];
  const fact = await reader.fact(async () => known(await vsphere.missingPrivileges(wanted, reader.signal)));
  return fact.known ? fact.value?.flatMap(({ privileges }) => privileges) : undefined;
}

function kindOf(backing: 'Standard' | 'Distributed'): PrivilegesOn['kind'] {
  return backing === 'Standard' ? 'Network' : 'DistributedVirtualPortgroup';
}

/** A change that has begun is brought to its end, and one that nobody allows is not asked for. */
function isAboutToChange(observation: Observation, { attachment, memory }: Target): boolean {
  const { vm } = observation;
  if (!vm.known || memory.power !== undefined) return false;
  if (vm.value.powerState !== 'poweredOff' && attachment.spec.powerPolicy.powerOff === 'Never') return false;
  return attachment.metadata.deletionTimestamp === undefined
    ? isNeeded(observation, attachment)
    : isOwed(observation, { attachment, memory });
}

function isNeeded({ vm, card, network, physicalFunction }: Observation, attachment: SriovVmAttachment): boolean {
  if (!vm.known || !card.known || !physicalFunction.known) return false;
  if (isPhysical(attachment)) return needOfFunction(vm.value, card.value, physicalFunction.value) !== undefined;
  if (!network.known) return false;
  const wanted = { physicalFunction: physicalFunction.value, network: network.value, spec: attachment.spec };
  return needOf(vm.value, card.value, wanted) !== undefined;
}

function isOwed({ vm, card }: Observation, { attachment, memory }: Target): boolean {
  return vm.known && card.known && attachment.spec.deletionPolicy === 'Detach' && removalOf(vm.value, card.value, memory) !== undefined;
}
