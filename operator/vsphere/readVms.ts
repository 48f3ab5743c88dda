/** Virtual machines as the controllers see them, from their properties. */
import type { NetworkBacking, PassthroughDevice, SriovCard, Vm, VmPowerState } from '../ports/vsphere.ts';
import { entityName } from './entityName.ts';
import { type ObjectProperties, retrieve, retrieveOne, through } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import type { XmlNode } from './xmlNode.ts';

export const VM_PATHS = [
  'name',
  'config.instanceUuid',
  'config.changeVersion',
  'config.version',
  'config.template',
  'config.hardware.memoryMB',
  'config.hardware.device',
  'config.memoryReservationLockedToMax',
  'config.memoryAllocation.reservation',
  'runtime.host',
  'runtime.powerState',
  'runtime.connectionState',
  'runtime.question',
  'runtime.cleanPowerOff',
  'guest.toolsRunningStatus',
  'snapshot',
] as const;

export async function readVm(calls: Calls, moRef: string): Promise<Vm> {
  return toVm(await retrieveOne(calls, { kind: 'VirtualMachine', value: moRef }, VM_PATHS));
}

export async function readVmsOfHost(calls: Calls, hostMoRef: string): Promise<readonly Vm[]> {
  const from = through({ kind: 'HostSystem', value: hostMoRef }, 'vm');
  return (await retrieve(calls, { type: 'VirtualMachine', paths: VM_PATHS, from })).map(toVm);
}

/** A VM whose files cannot be read has no `config` at all; its connection state then says why. */
function toVm(vm: ObjectProperties): Vm {
  const devices = vm.items('config.hardware.device');
  return {
    moRef: vm.ref.value,
    name: entityName(vm.text('name')),
    instanceUuid: vm.text('config.instanceUuid') ?? '',
    hostMoRef: vm.text('runtime.host') ?? '',
    powerState: toPowerState(vm.text('runtime.powerState')),
    connectionState: vm.text('runtime.connectionState') ?? 'unknown',
    template: vm.boolean('config.template') ?? false,
    changeVersion: vm.text('config.changeVersion') ?? '',
    hardwareVersion: vm.text('config.version') ?? '',
    memoryMB: vm.number('config.hardware.memoryMB') ?? 0,
    memoryReservationMB: vm.number('config.memoryAllocation.reservation') ?? 0,
    memoryLockedToMax: vm.boolean('config.memoryReservationLockedToMax') ?? false,
    toolsRunning: vm.text('guest.toolsRunningStatus') === 'guestToolsRunning',
    hasSnapshot: vm.node('snapshot') !== undefined,
    cleanPowerOff: vm.boolean('runtime.cleanPowerOff'),
    question: vm.node('runtime.question')?.textOf('text'),
    sriovCards: devices.filter(isSriovCard).map(toSriovCard),
    otherMacAddresses: devices.filter((device) => !isSriovCard(device)).flatMap(macOf),
    passthroughDevices: devices.filter(isPassthrough).length,
    passthrough: devices.filter(isPassthrough).map(toPassthroughDevice),
  };
}

/** What is not a known state counts as running: the careful assumption. */
export function toPowerState(text: string | undefined): VmPowerState {
  return text === 'poweredOff' || text === 'suspended' ? text : 'poweredOn';
}

function isSriovCard(device: XmlNode): boolean {
  return device.type === 'VirtualSriovEthernetCard';
}

function isPassthrough(device: XmlNode): boolean {
  return device.type === 'VirtualPCIPassthrough';
}

/** A dynamic or a vendor's backing (VirtualPCIPassthroughDynamicBackingInfo, ...DvxBackingInfo) names no function. */
function toPassthroughDevice(device: XmlNode): PassthroughDevice {
  const backing = device.child('backing');
  const id = backing?.type === 'VirtualPCIPassthroughDeviceBackingInfo' ? (backing.textOf('id') ?? '') : '';
  return {
    key: device.numberOf('key') ?? 0,
    label: device.child('deviceInfo')?.textOf('label') ?? '',
    physicalFunction: id === '' ? undefined : id.toLowerCase(),
  };
}

function macOf(device: XmlNode): readonly string[] {
  const mac = device.textOf('macAddress');
  return mac === undefined ? [] : [mac.toLowerCase()];
}

/** vSphere puts this before a physical function that it chose itself; it is no part of the address. */
const AUTOMATIC = /^Automatic-/i;

export function toSriovCard(device: XmlNode): SriovCard {
  const backing = device.child('sriovBacking');
  // Of the backings only `id` is dependable: clients write anything into the other fields.
  const physicalFunction = backing?.child('physicalFunctionBacking')?.textOf('id') ?? '';
  const address = physicalFunction.replace(AUTOMATIC, '').toLowerCase();
  const virtualFunction = backing?.child('virtualFunctionBacking')?.textOf('id') ?? '';
  return {
    key: device.numberOf('key') ?? 0,
    label: device.child('deviceInfo')?.textOf('label') ?? '',
    macAddress: (device.textOf('macAddress') ?? '').toLowerCase(),
    addressType: device.textOf('addressType') ?? '',
    physicalFunction: address === '' ? undefined : address,
    // No backing at all also leaves the choice to vSphere (vim25 VirtualSriovEthernetCard.sriovBacking).
    automaticPhysicalFunction: physicalFunction === '' || AUTOMATIC.test(physicalFunction),
    virtualFunction: virtualFunction === '' ? undefined : virtualFunction.toLowerCase(),
    network: toNetworkBacking(device.child('backing')),
    allowGuestMtuChange: device.booleanOf('allowGuestOSMtuChange'),
  };
}

function toNetworkBacking(backing: XmlNode | undefined): NetworkBacking | undefined {
  switch (backing?.type) {
    case 'VirtualEthernetCardNetworkBackingInfo':
      return { kind: 'Standard', portGroup: backing.textOf('deviceName') ?? '', networkMoRef: backing.textOf('network') };
    case 'VirtualEthernetCardDistributedVirtualPortBackingInfo': {
      const port = backing.child('port');
      return { kind: 'Distributed', portgroupKey: port?.textOf('portgroupKey') ?? '', switchUuid: port?.textOf('switchUuid') ?? '' };
    }
    default:
      return undefined;
  }
}
