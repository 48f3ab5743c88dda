/** ReconfigVM_Task on a simulated VM: checked as a whole, then applied as a whole. */
import type { SimVm } from './vm.ts';
import { applyDeviceChange } from './vmDeviceChange.ts';
import type { DeviceChange, ReconfigureHost } from './vmDeviceRequest.ts';
import { concurrentAccess } from './vmFault.ts';

export interface VmConfigChange {
  readonly changeVersion?: string | undefined;
  readonly memoryMB?: number | undefined;
  readonly memoryReservationMB?: number | undefined;
  readonly memoryLockedToMax?: boolean | undefined;
  readonly deviceChanges: readonly DeviceChange[];
}

/** Changes the VM, or throws SimFault and leaves it as it was. */
export function reconfigureVm(vm: SimVm, change: VmConfigChange, host: ReconfigureHost): void {
  if (change.changeVersion !== undefined && change.changeVersion !== vm.changeVersion) {
    throw concurrentAccess();
  }
  let devices = vm.devices;
  for (const [index, deviceChange] of orderOfWork(change.deviceChanges)) {
    devices = applyDeviceChange(devices, deviceChange, { vm, index, host });
  }
  vm.devices = devices;
  vm.memoryMB = change.memoryMB ?? vm.memoryMB;
  vm.memoryLockedToMax = change.memoryLockedToMax ?? vm.memoryLockedToMax;
  vm.memoryReservationMB = vm.memoryLockedToMax ? vm.memoryMB : (change.memoryReservationMB ?? vm.memoryReservationMB);
  vm.counters.reconfigures += 1;
  vm.touch();
}

/** Cards added together do not keep their order (ansible community.vmware pull request 1218): here the last comes first. */
function orderOfWork(changes: readonly DeviceChange[]): readonly (readonly [number, DeviceChange])[] {
  const indexed = [...changes.entries()];
  const isAdded = ([, change]: readonly [number, DeviceChange]) => change.operation === 'add' && change.device.kind === 'Sriov';
  return [...indexed.filter((one) => !isAdded(one)), ...indexed.filter(isAdded).reverse()];
}
