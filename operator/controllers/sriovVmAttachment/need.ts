/** What of the VM differs from the spec, and the one change that settles it. Pure. */
import type { SriovVmAttachmentSpec } from '../../api/types.ts';
import type { SriovCard, Vm, VsphereNetwork, VspherePhysicalFunction } from '../../ports/vsphere.ts';
import { sameMacAddress, sameNetwork } from './identify.ts';
import type { AttachmentMemory, MemorySetting } from './memory.ts';
import { isWhole } from './physicalFunction.ts';
import type { NewCard, VmChange } from './steps.ts';

export interface Wanted {
  readonly physicalFunction: VspherePhysicalFunction;
  readonly network: VsphereNetwork;
  readonly spec: SriovVmAttachmentSpec;
}

export interface Need {
  readonly because: 'cardMissing' | 'cardDiffers' | 'memoryNotLocked';
  /** What was found and what is wanted, for people. */
  readonly differences: readonly string[];
  readonly change: VmChange;
}

/** Undefined when the VM is as declared. The power state is looked at elsewhere. */
export function needOf(vm: Vm, card: SriovCard | undefined, wanted: Wanted): Need | undefined {
  const memory = vm.memoryLockedToMax ? undefined : ({ lock: true } as const);
  if (card === undefined) {
    return { because: 'cardMissing', differences: [], change: { add: newCard(wanted), remove: undefined, memory } };
  }
  const differences = cardDifferences(card, wanted);
  if (differences.length > 0) {
    const remove = { key: card.key, macAddress: card.macAddress };
    return { because: 'cardDiffers', differences, change: { add: newCard(wanted), remove, memory } };
  }
  if (memory === undefined) return undefined;
  return {
    because: 'memoryNotLocked',
    differences: ['not all memory of the VM is reserved and locked'],
    change: { add: undefined, remove: undefined, memory },
  };
}

function newCard({ physicalFunction, network, spec }: Wanted): NewCard {
  return {
    physicalFunction,
    network: network.backing,
    portGroup: network.name,
    macAddress: spec.macAddress,
    allowGuestMtuChange: spec.guestMtuChange,
  };
}

/** In words: what the card has and what is declared. Of the backing only the PCI address is compared: vSphere rewrites the rest. */
function cardDifferences(card: SriovCard, { physicalFunction, network, spec }: Wanted): readonly string[] {
  const found = card.automaticPhysicalFunction ? 'chosen automatically' : (card.physicalFunction ?? 'none');
  const differences = [
    card.physicalFunction === physicalFunction.id && !card.automaticPhysicalFunction
      ? ''
      : `physical function is ${found}, declared is ${physicalFunction.id}`,
    sameNetwork(card.network, network.backing) ? '' : `port group is not ${network.name}`,
    spec.macAddress === undefined || sameMacAddress(card.macAddress, spec.macAddress)
      ? ''
      : `MAC address is ${card.macAddress}, declared is ${spec.macAddress}`,
    spec.guestMtuChange === undefined || (card.allowGuestMtuChange ?? false) === spec.guestMtuChange
      ? ''
      : `guest MTU change is ${card.allowGuestMtuChange ? '' : 'not '}allowed`,
  ];
  return differences.filter((difference) => difference !== '');
}

/**
 * The change that deletion makes: exactly our card goes. The memory setting is restored only when the operator recorded one, no other
 * SR-IOV card or passthrough device needs the lock, and the VM is or will be off. Undefined when there is nothing to take back.
 */
export function removalOf(vm: Vm, card: SriovCard | undefined, memory: AttachmentMemory): VmChange | undefined {
  const own = isWhole(vm, card) ? 1 : 0;
  const setting = settingToRestore(vm, card, memory);
  const restore = setting === undefined ? undefined : ({ lock: false, restore: setting } as const);
  if (card !== undefined) {
    const whole = own === 1 && card.physicalFunction !== undefined ? { physicalFunction: card.physicalFunction } : {};
    return { add: undefined, remove: { key: card.key, macAddress: card.macAddress, ...whole }, memory: restore };
  }
  return restore === undefined || vm.powerState !== 'poweredOff' ? undefined : { add: undefined, remove: undefined, memory: restore };
}

/** The memory setting of before the operator locked it, where it did and nothing but `card` needs the lock any more. */
export function settingToRestore(vm: Vm, card: SriovCard | undefined, { restore }: AttachmentMemory): MemorySetting | undefined {
  const otherCards = vm.sriovCards.filter(({ key }) => key !== card?.key);
  const unlockable = otherCards.length === 0 && vm.passthroughDevices === (isWhole(vm, card) ? 1 : 0) && vm.memoryLockedToMax;
  return unlockable && restore?.memoryLockedToMax === false ? restore : undefined;
}
