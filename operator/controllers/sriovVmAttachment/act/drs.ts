/** Bringing back what DRS did with the VM before the operator took it out. */
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VSphere } from '../../../ports/vsphere.ts';
import type { DrsRecord } from '../memory.ts';

/** A VM that stands in no cluster any more has left its override behind with the cluster. */
export async function restoreDrs(
  vsphere: VSphere,
  { vm, level }: { readonly vm: Vm; readonly level: DrsRecord['found'] },
  signal: AbortSignal,
): Promise<void> {
  const override = { hostMoRef: vm.hostMoRef, level: level === 'None' ? undefined : level };
  try {
    await vsphere.setDrsLevel(vm.moRef, override, signal);
  } catch (error) {
    if (!isPortError(error, 'VsphereObjectNotFound')) throw error;
  }
}
