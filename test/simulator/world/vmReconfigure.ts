/** ReconfigVM_Task on a simulated VM: checked as a whole, then applied as a whole. */
import type { SimVm } from './vm.ts';
import { applyDeviceChange, type DeviceChange, type ReconfigureHost } from './vmDeviceChange.ts';
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
  for (const [index, deviceChange] of change.deviceChanges.entries()) {
    devices = applyDeviceChange(devices, deviceChange, { vm, index, host });
  }
  vm.devices = devices;
  vm.memoryMB = change.memoryMB ?? vm.memoryMB;
  vm.memoryLockedToMax = change.memoryLockedToMax ?? vm.memoryLockedToMax;
  vm.memoryReservationMB = vm.memoryLockedToMax ? vm.memoryMB : (change.memoryReservationMB ?? vm.memoryReservationMB);
  vm.counters.reconfigures += 1;
  vm.touch();
}
