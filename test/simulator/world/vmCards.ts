/** Network cards in a reconfigure: vmxnet3 and SR-IOV, with the checks of a real server. */
import { generatedMac, type SimVm } from './vm.ts';
import type { DeviceChangeContext, DeviceRequest } from './vmDeviceRequest.ts';
import {
  AUTOMATIC_PREFIX,
  AUTOMATIC_UNRESOLVED,
  type CardNetwork,
  freeKey,
  isCard,
  type PciBacking,
  type SriovCard,
  type VmDevice,
} from './vmDevices.ts';
import { deviceFault, invalidDeviceBacking, invalidDeviceSpec, SimFault } from './vmFault.ts';

const MAX_NETWORK_CARDS = 10;
/** SR-IOV cards came with ESXi 5.5 = vmx-10 (vSphere Networking 6.5, p. 154). */
const FIRST_SRIOV_HARDWARE = 10;

/** A new card as the VM gets it. */
export function addedCard(
  devices: readonly VmDevice[],
  request: DeviceRequest & { kind: 'Sriov' | 'Vmxnet3' },
  context: DeviceChangeContext,
): VmDevice {
  const cards = devices.filter(isCard);
  if (cards.length >= MAX_NETWORK_CARDS) {
    throw deviceFault('TooManyDevices', `Device '${context.index}' exceeds the maximum number of devices.`, context.index);
  }
  const common = {
    controllerKey: 100,
    network: knownNetwork(request.network, context),
    ...macOf(devices, request, context),
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
export function editedCard(device: VmDevice, request: DeviceRequest, context: DeviceChangeContext): VmDevice {
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

export function knownFunction(asked: PciBacking | undefined, context: DeviceChangeContext): PciBacking {
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
  devices: readonly VmDevice[],
  request: DeviceRequest,
  { vm, host, index }: DeviceChangeContext,
): Pick<SriovCard, 'macAddress' | 'addressType'> {
  if (request.addressType !== 'manual') {
    return { macAddress: unusedMac(devices, vm), addressType: host.ownAddressType };
  }
  if (!/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(request.macAddress ?? '')) {
    throw invalidDeviceSpec(index);
  }
  return { macAddress: (request.macAddress ?? '').toLowerCase(), addressType: 'manual' };
}

function unusedMac(devices: readonly VmDevice[], vm: SimVm): string {
  const used = new Set(devices.filter(isCard).map((card) => card.macAddress));
  let index = 16;
  while (used.has(generatedMac(vm.number, index))) {
    index += 1;
  }
  return generatedMac(vm.number, index);
}

function checkHardwareVersion({ vm, index }: DeviceChangeContext): void {
  if (Number(vm.hardwareVersion.replace('vmx-', '')) < FIRST_SRIOV_HARDWARE) {
    const expected = `vmx-${FIRST_SRIOV_HARDWARE}`;
    throw deviceFault(
      'DeviceUnsupportedForVmVersion',
      `The device or operation specified at index '${index}' is not supported for the current virtual machine version '${vm.hardwareVersion}'. ` +
        `A minimum version of '${expected}' is required for this operation to succeed.`,
      index,
      { currentVersion: vm.hardwareVersion, expectedVersion: expected },
    );
  }
}
