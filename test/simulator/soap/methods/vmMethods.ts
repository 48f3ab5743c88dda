/** VirtualMachine: power and configuration. */
import type { TaskRequest } from '../../world/inventoryTasks.ts';
import type { SimVm } from '../../world/vm.ts';
import type { DeviceChange, DeviceRequest } from '../../world/vmDeviceRequest.ts';
import type { CardNetwork, PciBacking } from '../../world/vmDevices.ts';
import { hostNotConnected } from '../../world/vmFault.ts';
import type { VmConfigChange } from '../../world/vmReconfigure.ts';
import { relocateVm } from '../../world/vmRelocate.ts';
import type { Call, CallResult, Method } from '../call.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import { sameRef } from '../objects/managedObject.ts';
import type { DecodedObject } from '../wire/decodedObject.ts';
import { ref } from '../wire/values.ts';

export const vmMethods: Readonly<Record<string, Method>> = {
  ReconfigVM_Task: (call) => {
    const change = configChange(call.parameters.object('spec'));
    const own = call.service.view.apiType === 'VirtualCenter' ? 'assigned' : 'generated';
    return vmTask(call, ['ReconfigVM_Task', 'VirtualMachine.reconfigure'], (vm) =>
      call.service.view.inventory.reconfigure(vm, change, own),
    );
  },
  PowerOnVM_Task: (call) => vmTask(call, ['PowerOnVM_Task', 'VirtualMachine.powerOn'], (vm) => call.service.view.inventory.power.on(vm)),
  PowerOffVM_Task: (call) =>
    vmTask(call, ['PowerOffVM_Task', 'VirtualMachine.powerOff'], (vm) => call.service.view.inventory.power.off(vm)),
  RelocateVM_Task: (call) => {
    const { view } = call.service;
    const wanted = call.parameters.object('spec').optionalRef('host');
    const target = wanted === undefined ? undefined : view.hosts().find((host) => sameRef(view.naming.host(host), wanted));
    if (wanted !== undefined && target === undefined) throw managedObjectNotFound(wanted);
    return vmTask(call, ['RelocateVM_Task', 'VirtualMachine.relocate'], (vm) =>
      relocateVm(view.inventory, vm, target?.view.id ?? vm.hostId),
    );
  },
  ShutdownGuest: (call) => {
    call.service.view.inventory.power.shutdownGuest(vmOf(call));
    return {};
  },
};

function vmOf({ service, self }: Call): SimVm {
  const vm = service.view.vms().find((other) => sameRef(service.view.naming.vm(other), self));
  if (vm === undefined) {
    throw managedObjectNotFound(self);
  }
  return vm;
}

function vmTask(call: Call, [method, descriptionId]: readonly [string, string], work: (vm: SimVm) => void): CallResult {
  const { view } = call.service;
  const vm = vmOf(call);
  if (view.inventory.host(vm.hostId)?.view.up !== true) {
    throw hostNotConnected();
  }
  const request: TaskRequest = { method, descriptionId, subject: { vmNumber: vm.number, name: vm.name } };
  return { value: ref(view.naming.task(view.inventory.tasks.start(request, () => work(vm)))) };
}

function configChange(spec: DecodedObject): VmConfigChange {
  return {
    changeVersion: spec.optionalString('changeVersion'),
    memoryMB: spec.optionalNumber('memoryMB'),
    memoryReservationMB: spec.optionalObject('memoryAllocation')?.optionalNumber('reservation'),
    memoryLockedToMax: spec.optionalBoolean('memoryReservationLockedToMax'),
    deviceChanges: spec.objects('deviceChange').map(deviceChange),
  };
}

/** Without an operation vSphere takes a change for an edit. */
function deviceChange(change: DecodedObject): DeviceChange {
  const operation = change.optionalString('operation');
  return { operation: operation === 'add' || operation === 'remove' ? operation : 'edit', device: deviceRequest(change.object('device')) };
}

const KINDS: Readonly<Record<string, DeviceRequest['kind']>> = {
  VirtualSriovEthernetCard: 'Sriov',
  VirtualVmxnet3: 'Vmxnet3',
  VirtualPCIPassthrough: 'Passthrough',
};

function deviceRequest(device: DecodedObject): DeviceRequest {
  const backing = device.optionalObject('backing');
  const sriov = device.optionalObject('sriovBacking');
  const whole = backing?.type === 'VirtualPCIPassthroughDeviceBackingInfo' ? backing : undefined;
  return {
    kind: KINDS[device.type] ?? 'Other',
    key: device.number('key'),
    network: backing === undefined ? undefined : cardNetwork(backing),
    macAddress: device.optionalString('macAddress'),
    addressType: device.optionalString('addressType'),
    allowGuestOsMtuChange: device.optionalBoolean('allowGuestOSMtuChange'),
    sriovBackingGiven: sriov !== undefined,
    physicalFunction: pciBacking(whole ?? sriov?.optionalObject('physicalFunctionBacking')),
    virtualFunctionHint: sriov?.optionalObject('virtualFunctionBacking')?.string('id'),
  };
}

function cardNetwork(backing: DecodedObject): CardNetwork | undefined {
  if (backing.type === 'VirtualEthernetCardNetworkBackingInfo') {
    return { kind: 'Standard', portGroup: backing.string('deviceName') };
  }
  const port = backing.optionalObject('port');
  return port && { kind: 'Distributed', switchUuid: port.string('switchUuid'), portgroupKey: port.optionalString('portgroupKey') ?? '' };
}

function pciBacking(backing: DecodedObject | undefined): PciBacking | undefined {
  return (
    backing && {
      id: backing.string('id'),
      deviceName: backing.string('deviceName'),
      deviceId: backing.string('deviceId'),
      systemId: backing.string('systemId'),
      vendorId: backing.number('vendorId'),
    }
  );
}
