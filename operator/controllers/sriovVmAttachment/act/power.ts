/** Power operations on the VM of an attachment. */
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VSphere } from '../../../ports/vsphere.ts';
import { unchanged } from './guard.ts';

export interface Shutdown {
  /** True when the guest was asked before: its refusal to be asked again then means nothing. */
  readonly repeated: boolean;
  /** How long to wait here before the next look, in milliseconds. */
  readonly waitMs: number;
}

/** Resolves false while the guest is still shutting down. */
export async function shutDown(vsphere: VSphere, seen: Vm, { repeated, waitMs }: Shutdown, signal: AbortSignal): Promise<boolean> {
  const vm = await unchanged(vsphere, seen, signal);
  if (vm.powerState === 'poweredOff') return true;
  try {
    await vsphere.shutdownGuest(vm.moRef, signal);
  } catch (error) {
    if (!repeated || !isPortError(error, 'VsphereFault')) throw error;
  }
  try {
    await vsphere.waitForPowerState(vm.moRef, 'poweredOff', waitMs, signal);
    return true;
  } catch (error) {
    if (isPortError(error, 'CommandTimedOut')) return false;
    throw error;
  }
}

export async function powerOff(vsphere: VSphere, seen: Vm, signal: AbortSignal): Promise<void> {
  const vm = await unchanged(vsphere, seen, signal);
  if (vm.powerState !== 'poweredOff') await vsphere.powerOff(vm.moRef, signal);
}

export async function powerOn(vsphere: VSphere, seen: Vm, signal: AbortSignal): Promise<void> {
  const vm = await vsphere.vm(seen.moRef, signal);
  if (vm.powerState === 'poweredOff') await vsphere.powerOn(vm.moRef, signal);
}
