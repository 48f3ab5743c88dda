/** One device change of a reconfigure: what vSphere refuses, and what the VM's devices are afterwards. */
import { addedCard, editedCard, knownFunction } from './vmCards.ts';
import type { DeviceChange, DeviceChangeContext, DeviceRequest } from './vmDeviceRequest.ts';
import { freeKey, type VmDevice } from './vmDevices.ts';
import { deviceFault, invalidDeviceSpec, invalidPowerState, type SimFault } from './vmFault.ts';

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
  return devices.map((other) => (other.key === device.key ? editedCard(other, device, context) : other));
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

function hotPlugRefused({ vm, index, host }: DeviceChangeContext): SimFault {
  if (host.hotPlugFault === 'InvalidPowerState') {
    return invalidPowerState('poweredOff', vm.powerState);
  }
  return deviceFault('DeviceHotPlugNotSupported', `Hot-plug is not supported for device '${index}'.`, index);
}
