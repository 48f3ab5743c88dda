/** The VirtualMachineConfigSpec for a change: pure, so that its shape can be compared with what other clients send. */
import { PortError } from '../ports/errors.ts';
import type { AddPassthroughDevice, AddSriovCard, NetworkBacking, VmReconfigure, VspherePhysicalFunction } from '../ports/vsphere.ts';
import type { VimObject } from './codec.ts';

/** What the VM has now, as far as the spec depends on it. */
export interface VmFacts {
  readonly memoryMB: number;
  /** Type by key of the devices that may be removed here: SR-IOV cards and passthrough devices. */
  readonly passthroughDevices: ReadonlyMap<number, string>;
  /** `generated` on a standalone host, `assigned` on vCenter: who makes up a MAC address that nobody gave. */
  readonly automaticAddressType: 'generated' | 'assigned';
}

/**
 * One spec for everything: cards to remove by key, cards to add, memory.
 *
 * Never chooses unitNumber or controllerKey: the server places devices, and its rules changed with virtual hardware 20 (KB 407595).
 * Refuses to unlock the memory while a passthrough device remains, since the VM would not start again.
 */
export function reconfigureSpec(change: VmReconfigure, vm: VmFacts): VimObject {
  refuseUnsafeUnlock(change, vm);
  const removals = change.removeDeviceKeys.flatMap((key) => removal(key, vm));
  const cards = change.addSriovCards.map((card, index) => addition(card, -1 - index, vm));
  const devices = (change.addPassthroughDevices ?? []).map((device, index) => wholeFunction(device, -1 - cards.length - index));
  const additions = [...cards, ...devices];
  const reservation = change.lockMemory ? vm.memoryMB : change.memoryReservationMB;
  return {
    changeVersion: change.changeVersion === '' ? undefined : change.changeVersion,
    deviceChange: [...removals, ...additions],
    memoryAllocation: reservation === undefined ? undefined : { reservation },
    memoryReservationLockedToMax: change.lockMemory,
  };
}

/** A key that is gone is left out: the wanted state is reached. */
function removal(key: number, vm: VmFacts): readonly VimObject[] {
  const type = vm.passthroughDevices.get(key);
  return type === undefined ? [] : [{ $type: 'VirtualDeviceConfigSpec', operation: 'remove', device: { $type: type, key } }];
}

function addition(card: AddSriovCard, key: number, vm: VmFacts): VimObject {
  const device: VimObject = {
    $type: 'VirtualSriovEthernetCard',
    // Temporary: required, unique in the spec, negative so as not to mean a device that exists.
    key,
    backing: networkBacking(card.network),
    connectable: { startConnected: true, allowGuestControl: true, connected: false },
    addressType: card.macAddress === undefined ? vm.automaticAddressType : 'manual',
    macAddress: card.macAddress,
    allowGuestOSMtuChange: card.allowGuestMtuChange,
    sriovBacking: {
      physicalFunctionBacking: functionBacking(card.physicalFunction, card.systemId),
    },
  };
  return { $type: 'VirtualDeviceConfigSpec', operation: 'add', device };
}

/** deviceId is hexadecimal text: a decimal one is accepted here, and the VM does not power on (govmomi #2248). */
function wholeFunction({ physicalFunction, systemId }: AddPassthroughDevice, key: number): VimObject {
  const backing = { $type: 'VirtualPCIPassthroughDeviceBackingInfo', ...functionBacking(physicalFunction, systemId) };
  return { $type: 'VirtualDeviceConfigSpec', operation: 'add', device: { $type: 'VirtualPCIPassthrough', key, backing } };
}

function functionBacking({ deviceName, id, deviceIdHex, vendorId }: VspherePhysicalFunction, systemId: string): VimObject {
  return { deviceName, id, deviceId: deviceIdHex, systemId, vendorId };
}

function networkBacking(network: NetworkBacking): VimObject {
  if (network.kind === 'Standard') {
    const reference = network.networkMoRef === undefined ? undefined : { kind: 'Network', value: network.networkMoRef };
    return { $type: 'VirtualEthernetCardNetworkBackingInfo', deviceName: network.portGroup, network: reference };
  }
  const { switchUuid, portgroupKey } = network;
  return { $type: 'VirtualEthernetCardDistributedVirtualPortBackingInfo', port: { switchUuid, portgroupKey } };
}

function refuseUnsafeUnlock(
  { lockMemory, addSriovCards, addPassthroughDevices = [], removeDeviceKeys }: VmReconfigure,
  { passthroughDevices }: VmFacts,
): void {
  const remaining = [...passthroughDevices.keys()].filter((key) => !removeDeviceKeys.includes(key));
  if (lockMemory === false && (remaining.length > 0 || addSriovCards.length + addPassthroughDevices.length > 0)) {
    const message =
      'the memory stays locked: the VM still has SR-IOV or passthrough devices and could not start. Remedy: remove them first';
    throw new PortError('VsphereFault', message, { detail: { devices: remaining.join(', ') } });
  }
}
