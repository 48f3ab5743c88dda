/** The one reconfiguration of the VM: card in or out, memory locked or restored. */
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VmReconfigure, VSphere } from '../../../ports/vsphere.ts';
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
    addSriovCards: change.add === undefined ? [] : [{ ...change.add, systemId }],
    removeDeviceKeys: change.remove === undefined ? [] : [change.remove.key],
    lockMemory: change.memory?.lock,
    memoryReservationMB: change.memory?.lock === false ? change.memory.restore.memoryReservationMB : undefined,
  };
  await vsphere.reconfigure(vm.moRef, request, signal);
}

/** Faults that say: somebody else is at it, try again. */
const BUSY: ReadonlySet<unknown> = new Set(['TaskInProgress', 'ConcurrentAccess']);

/** True when vSphere gave its verdict on the change itself; a lost connection or a busy VM is none. */
export function isRefusal(error: unknown): boolean {
  return isPortError(error, 'VsphereTaskFailed', 'VsphereFault', 'VspherePermissionDenied') && !BUSY.has(error.detail['fault']);
}
