/** The one reconfiguration of the VM: card in or out, memory locked or restored. */
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VmReconfigure, VSphere } from '../../../ports/vsphere.ts';
import { MOMENTARY_FAULTS } from '../momentaryFaults.ts';
import type { VmChange } from '../steps.ts';
import { readyToReconfigure } from './guard.ts';

export async function reconfigure(
  vsphere: VSphere,
  { seen, change, systemId }: { readonly seen: Vm; readonly change: VmChange; readonly systemId: string },
  signal: AbortSignal,
): Promise<void> {
  const vm = await readyToReconfigure(vsphere, seen, signal);
  const request: VmReconfigure = {
    changeVersion: vm.changeVersion,
    addSriovCards: change.add === undefined || 'kind' in change.add ? [] : [{ ...change.add, systemId }],
    ...(change.add !== undefined && 'kind' in change.add
      ? { addPassthroughDevices: [{ physicalFunction: change.add.physicalFunction, systemId }] }
      : {}),
    removeDeviceKeys: change.remove === undefined ? [] : [change.remove.key],
    lockMemory: change.memory?.lock,
    memoryReservationMB: change.memory?.lock === false ? change.memory.restore.memoryReservationMB : undefined,
  };
  await vsphere.reconfigure(vm.moRef, request, signal);
}

/** True when vSphere gave its verdict on the change itself; a lost connection, an ended session or a busy VM is none. */
export function isRefusal(error: unknown): boolean {
  return isPortError(error, 'VsphereTaskFailed', 'VsphereFault', 'VspherePermissionDenied') && !MOMENTARY_FAULTS.has(error.detail['fault']);
}
