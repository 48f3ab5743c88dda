/** Power operations on the VM of an attachment. */
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VSphere } from '../../../ports/vsphere.ts';
import { changed, unchanged } from './guard.ts';

export interface Shutdown {
  /** True when the VM was to lose its power before: a guest's refusal to be asked again then means nothing, and a VM that is off is off by us. */
  readonly repeated: boolean;
  /** How long to wait here before the next look, in milliseconds. */
  readonly waitMs: number;
}

/** Resolves false while the guest is still shutting down. */
export async function shutDown(vsphere: VSphere, vm: Vm, { repeated, waitMs }: Shutdown, signal: AbortSignal): Promise<boolean> {
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

/**
 * The VM just before it loses its power. Undefined where an earlier try whose answer was lost powered it off. Where somebody else did, the VM is
 * owed nothing.
 */
export async function stillOn(
  vsphere: VSphere,
  { seen, repeated }: { readonly seen: Vm; readonly repeated: boolean },
  signal: AbortSignal,
): Promise<Vm | undefined> {
  const vm = await unchanged(vsphere, seen, signal);
  if (vm.powerState !== 'poweredOff') return vm;
  if (repeated) return undefined;
  throw changed(vm, 'somebody powered it off');
}

export async function powerOn(vsphere: VSphere, seen: Vm, signal: AbortSignal): Promise<void> {
  const vm = await vsphere.vm(seen.moRef, signal);
  if (vm.powerState === 'poweredOff') await vsphere.powerOn(vm.moRef, signal);
}
