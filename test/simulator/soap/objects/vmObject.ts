/** A simulated VM as the managed object VirtualMachine. */
import type { InventoryHost } from '../../world/inventory.ts';
import type { SimVm } from '../../world/vm.ts';
import {
  array,
  boolean,
  dateTime,
  enumeration,
  int,
  long,
  object,
  optional,
  ref,
  refs,
  string,
  strings,
  type Value,
} from '../wire/values.ts';
import type { ManagedObject } from './managedObject.ts';
import { entityName, type View } from './view.ts';
import { virtualDevices } from './virtualDevices.ts';

export function vmObject(view: View, vm: SimVm, parent: () => Value): ManagedObject {
  const host = () => view.inventory.host(vm.hostId);
  return {
    ref: view.naming.vm(vm),
    properties: {
      name: () => string(entityName(vm.name)),
      parent,
      config: () => config(view, vm),
      runtime: () => runtime(view, vm, host()),
      guest: () => guest(vm),
      snapshot: () => (vm.hasSnapshot ? snapshot(view, vm) : undefined),
      summary: () => summary(view, vm, host()),
      environmentBrowser: () => optional(host(), (found) => ref(view.naming.browser(found))),
      resourcePool: () => (vm.template ? undefined : optional(host(), (found) => ref(view.naming.pool(found)))),
      network: () => refs(networksOf(view, vm).map((network) => view.naming.network(network))),
      datastore: () => optional(host(), (found) => refs([view.naming.datastore(vm.localFiles ? found : undefined, found.datacenter)])),
      disabledMethod: () => strings([]),
      recentTask: () => refs([]),
    },
  };
}

function networksOf(view: View, vm: SimVm) {
  const found = vm.devices.map((device) => ('network' in device ? view.inventory.networks.resolve(vm.hostId, device.network) : undefined));
  return [...new Set(found)].filter((network) => network !== undefined);
}

function config(view: View, vm: SimVm): Value {
  return object('VirtualMachineConfigInfo', {
    changeVersion: string(vm.changeVersion),
    modified: dateTime(new Date(0)),
    name: string(entityName(vm.name)),
    guestFullName: string('Other 5.x or later Linux (64-bit)'),
    version: string(vm.hardwareVersion),
    uuid: string(vm.biosUuid),
    instanceUuid: string(vm.instanceUuid),
    template: boolean(vm.template),
    guestId: string('other5xLinux64Guest'),
    files: object('VirtualMachineFileInfo', { vmPathName: string(`[datastore1] ${vm.name}/${vm.name}.vmx`) }),
    hardware: object('VirtualHardware', {
      numCPU: int(4),
      memoryMB: int(vm.memoryMB),
      device: virtualDevices(vm.devices, {
        naming: view.naming,
        running: vm.powerState === 'poweredOn',
        resolveNetwork: (network) => view.inventory.networks.resolve(vm.hostId, network),
      }),
    }),
    memoryAllocation: object('ResourceAllocationInfo', {
      reservation: long(vm.memoryReservationMB),
      expandableReservation: boolean(false),
      limit: long(-1),
    }),
    extraConfig: array('OptionValue', []),
    memoryReservationLockedToMax: boolean(vm.memoryLockedToMax),
  });
}

function runtime(view: View, vm: SimVm, host: InventoryHost | undefined): Value {
  return object('VirtualMachineRuntimeInfo', {
    host: optional(host, (found) => ref(view.naming.host(found))),
    connectionState: enumeration('VirtualMachineConnectionState', host?.view.up === false ? 'disconnected' : 'connected'),
    powerState: enumeration('VirtualMachinePowerState', vm.powerState),
    toolsInstallerMounted: boolean(false),
    question: optional(vm.question, question),
    numMksConnections: int(0),
    cleanPowerOff: vm.powerState === 'poweredOff' ? boolean(vm.cleanPowerOff) : undefined,
  });
}

function question(text: string): Value {
  return object('VirtualMachineQuestionInfo', {
    id: string('_vmx1'),
    text: string(text),
    choice: object('ChoiceOption', {
      choiceInfo: array('ElementDescription', [
        object('ElementDescription', { label: string('OK'), summary: string('OK'), key: string('0') }),
      ]),
    }),
  });
}

function guest(vm: SimVm): Value {
  return object('GuestInfo', {
    toolsStatus: enumeration('VirtualMachineToolsStatus', toolsStatus(vm)),
    toolsVersionStatus2: string(vm.toolsInstalled ? 'guestToolsUnmanaged' : 'guestToolsNotInstalled'),
    toolsRunningStatus: string(vm.toolsRunning ? 'guestToolsRunning' : 'guestToolsNotRunning'),
    guestState: string(vm.powerState === 'poweredOn' ? 'running' : 'notRunning'),
  });
}

function toolsStatus(vm: SimVm): string {
  if (!vm.toolsInstalled) {
    return 'toolsNotInstalled';
  }
  return vm.toolsRunning ? 'toolsOk' : 'toolsNotRunning';
}

function snapshot(view: View, vm: SimVm): Value {
  const current = { type: 'VirtualMachineSnapshot', value: `snapshot-${vm.number}` };
  const tree = object('VirtualMachineSnapshotTree', {
    snapshot: ref(current),
    vm: ref(view.naming.vm(vm)),
    name: string('before change'),
    description: string(''),
    id: int(1),
    createTime: dateTime(new Date(0)),
    state: enumeration('VirtualMachinePowerState', 'poweredOff'),
    quiesced: boolean(false),
  });
  return object('VirtualMachineSnapshotInfo', {
    currentSnapshot: ref(current),
    rootSnapshotList: array('VirtualMachineSnapshotTree', [tree]),
  });
}

function summary(view: View, vm: SimVm, host: InventoryHost | undefined): Value {
  return object('VirtualMachineSummary', {
    vm: ref(view.naming.vm(vm)),
    runtime: runtime(view, vm, host),
    config: object('VirtualMachineConfigSummary', {
      name: string(entityName(vm.name)),
      template: boolean(vm.template),
      vmPathName: string(`[datastore1] ${vm.name}/${vm.name}.vmx`),
      memorySizeMB: int(vm.memoryMB),
      numCpu: int(4),
      uuid: string(vm.biosUuid),
      instanceUuid: string(vm.instanceUuid),
    }),
  });
}
