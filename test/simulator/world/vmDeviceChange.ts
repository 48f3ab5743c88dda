/** One device change of a reconfigure: what vSphere refuses, and what the VM's devices are afterwards. */
import type { SimPhysicalFunction } from './contract.ts';
import { generatedMac, type SimVm } from './vm.ts';
import {
  AUTOMATIC_PREFIX,
  AUTOMATIC_UNRESOLVED,
  type CardNetwork,
  isCard,
  type PciBacking,
  type SriovCard,
  type VmDevice,
} from './vmDevices.ts';
import { invalidDeviceBacking, invalidDeviceSpec, invalidPowerState, SimFault } from './vmFault.ts';

/** What a client asks of one device; undefined = not in the request. */
export interface DeviceRequest {
  readonly kind: 'Sriov' | 'Vmxnet3' | 'Passthrough' | 'Other';
  readonly key: number;
  readonly network: CardNetwork | undefined;
  readonly macAddress: string | undefined;
  readonly addressType: string | undefined;
  readonly allowGuestOsMtuChange: boolean | undefined;
  /** `sriovBacking` was there, with or without a physical function; without is illegal in a reconfigure. */
  readonly sriovBackingGiven: boolean;
  /** `sriovBacking.physicalFunctionBacking`, or the backing of a whole function. */
  readonly physicalFunction: PciBacking | undefined;
  readonly virtualFunctionHint: string | undefined;
}

export interface DeviceChange {
  readonly operation: 'add' | 'edit' | 'remove';
  readonly device: DeviceRequest;
}

/** The surroundings that a change is checked against. */
export interface ReconfigureHost {
  readonly physicalFunctions: readonly SimPhysicalFunction[];
  hasNetwork(network: CardNetwork): boolean;
  /** What this server calls MAC addresses it chose: `assigned` by a vCenter, `generated` by a host. */
  readonly ownAddressType: 'assigned' | 'generated';
  readonly hotPlugFault: 'DeviceHotPlugNotSupported' | 'InvalidPowerState';
}

const MAX_NETWORK_CARDS = 10;
/** SR-IOV cards came with ESXi 5.5 = vmx-10 (vSphere Networking 6.5, p. 154). */
const FIRST_SRIOV_HARDWARE = 10;

export interface DeviceChangeContext {
  readonly vm: SimVm;
  readonly index: number;
  readonly host: ReconfigureHost;
}

export function applyDeviceChange(
  devices: readonly VmDevice[],
  { operation, device }: DeviceChange,
  context: DeviceChangeContext,
): readonly VmDevice[] {
  const existing = devices.find((other) => other.key === device.key);
  if (operation !== 'add' && existing === undefined) {
    throw invalidDeviceSpec(context.index);
  }
  const concerned = [device, existing].some((one) => one !== undefined && (one.kind === 'Sriov' || one.kind === 'Passthrough'));
  if (concerned && context.vm.powerState !== 'poweredOff') {
    throw hotPlugRefused(context);
  }
  if (operation === 'remove') {
    return devices.filter((other) => other.key !== device.key);
  }
  if (operation === 'add') {
    return [...devices, addedDevice(devices, device, context)];
  }
  return devices.map((other) => (other.key === device.key ? editedDevice(other, device, context) : other));
}

function addedDevice(devices: readonly VmDevice[], request: DeviceRequest, context: DeviceChangeContext): VmDevice {
  if (request.kind === 'Passthrough') {
    const backing = knownFunction(request.physicalFunction, context);
    const index = devices.filter((device) => device.kind === 'Passthrough').length;
    return {
      kind: 'Passthrough',
      key: freeKey(devices, 13000),
      label: `PCI device ${index}`,
      controllerKey: 100,
      unitNumber: 18 + index,
      backing,
    };
  }
  if (request.kind === 'Other') {
    throw invalidDeviceSpec(context.index);
  }
  return addedCard(devices, { ...request, kind: request.kind }, context);
}

function addedCard(
  devices: readonly VmDevice[],
  request: DeviceRequest & { kind: 'Sriov' | 'Vmxnet3' },
  context: DeviceChangeContext,
): VmDevice {
  const cards = devices.filter(isCard);
  if (cards.length >= MAX_NETWORK_CARDS) {
    throw new SimFault('TooManyDevices', `Device '${context.index}' exceeds the maximum number of devices.`, {
      property: 'virtualDeviceSpec.device',
      deviceIndex: context.index,
    });
  }
  const common = {
    controllerKey: 100,
    network: knownNetwork(request.network, context),
    ...macOf(request, context),
  };
  const ordinal = cards.filter((card) => card.kind === request.kind).length;
  if (request.kind === 'Vmxnet3') {
    return { kind: 'Vmxnet3', key: freeKey(devices, 4000), label: `Network adapter ${ordinal + 1}`, unitNumber: 7 + ordinal, ...common };
  }
  checkHardwareVersion(context);
  return {
    kind: 'Sriov',
    key: freeKey(devices, 13015),
    label: `SR-IOV network adapter ${ordinal + 1}`,
    unitNumber: 45 - ordinal,
    ...common,
    allowGuestOsMtuChange: request.allowGuestOsMtuChange,
    ...functionOf(request, context),
    virtualFunction: undefined,
  };
}

/** An edit changes what it names; a new physical function drops the assigned virtual function, as the SDK documents. */
function editedDevice(device: VmDevice, request: DeviceRequest, context: DeviceChangeContext): VmDevice {
  if (!isCard(device) || device.kind !== request.kind) {
    throw invalidDeviceSpec(context.index);
  }
  const card = {
    ...device,
    network: request.network === undefined ? device.network : knownNetwork(request.network, context),
    macAddress: request.macAddress ?? device.macAddress,
    addressType: request.addressType ?? device.addressType,
  };
  if (card.kind === 'Vmxnet3') {
    return card;
  }
  const moved = request.sriovBackingGiven ? { ...functionOf(request, context), virtualFunction: undefined } : {};
  return { ...card, ...moved, allowGuestOsMtuChange: request.allowGuestOsMtuChange ?? card.allowGuestOsMtuChange };
}

const AUTOMATIC_BACKING: PciBacking = { id: AUTOMATIC_UNRESOLVED, deviceName: '', deviceId: '0', systemId: 'BYPASS', vendorId: 0 };

function functionOf(request: DeviceRequest, context: DeviceChangeContext): Pick<SriovCard, 'physicalFunction' | 'automatic' | 'hint'> {
  const asked = request.physicalFunction;
  if (asked === undefined && request.sriovBackingGiven) {
    throw invalidDeviceBacking(context.index);
  }
  if (asked === undefined || asked.id.startsWith(AUTOMATIC_PREFIX)) {
    return { physicalFunction: asked ?? AUTOMATIC_BACKING, automatic: true, hint: request.virtualFunctionHint };
  }
  return { physicalFunction: knownFunction(asked, context), automatic: false, hint: request.virtualFunctionHint };
}

function knownFunction(asked: PciBacking | undefined, context: DeviceChangeContext): PciBacking {
  if (asked === undefined || !context.host.physicalFunctions.some((pf) => pf.address === asked.id)) {
    throw invalidDeviceBacking(context.index);
  }
  return asked;
}

function knownNetwork(network: CardNetwork | undefined, context: DeviceChangeContext): CardNetwork {
  if (network === undefined) {
    throw invalidDeviceSpec(context.index);
  }
  if (!context.host.hasNetwork(network)) {
    throw network.kind === 'Standard'
      ? invalidDeviceBacking(context.index)
      : new SimFault('NotFound', 'The object or item referred to could not be found.');
  }
  return network;
}

function macOf(
  request: DeviceRequest,
  { vm, host, index }: DeviceChangeContext,
): Pick<SriovCard, 'macAddress' | 'addressType'> {
  if (request.addressType !== 'manual') {
    return { macAddress: unusedMac(vm), addressType: host.ownAddressType };
  }
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(request.macAddress ?? '')) {
    throw invalidDeviceSpec(index);
  }
  return { macAddress: (request.macAddress ?? '').toLowerCase(), addressType: 'manual' };
}

function checkHardwareVersion({ vm, index }: DeviceChangeContext): void {
  if (Number(vm.hardwareVersion.replace('vmx-', '')) < FIRST_SRIOV_HARDWARE) {
    const expected = `vmx-${FIRST_SRIOV_HARDWARE}`;
    throw new SimFault(
      'DeviceUnsupportedForVmVersion',
      `The device or operation specified at index '${index}' is not supported for the current virtual machine version '${vm.hardwareVersion}'. ` +
        `A minimum version of '${expected}' is required for this operation to succeed.`,
      { property: 'virtualDeviceSpec.device', deviceIndex: index, currentVersion: vm.hardwareVersion, expectedVersion: expected },
    );
  }
}

function freeKey(devices: readonly VmDevice[], first: number): number {
  const used = new Set(devices.map((device) => device.key));
  let key = first;
  while (used.has(key)) {
    key += 1;
  }
  return key;
}

function hotPlugRefused({ vm, index, host }: DeviceChangeContext): SimFault {
  if (host.hotPlugFault === 'InvalidPowerState') {
    return invalidPowerState('poweredOff', vm.powerState);
  }
  return new SimFault('DeviceHotPlugNotSupported', `Hot-plug is not supported for device '${index}'.`, {
    property: 'virtualDeviceSpec.device',
    deviceIndex: index,
  });
}

function unusedMac(vm: SimVm): string {
  const used = new Set(vm.devices.filter(isCard).map((card) => card.macAddress));
  let index = 16;
  while (used.has(generatedMac(vm.number, index))) {
    index += 1;
  }
  return generatedMac(vm.number, index);
}
