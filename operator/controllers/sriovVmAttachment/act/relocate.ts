/** The move of a VM that is off to the host whose function it is to get. */
import { PortError } from '../../../ports/errors.ts';
import type { Vm, VSphere } from '../../../ports/vsphere.ts';
import { readyToReconfigure } from './guard.ts';

/** A VM that is there already is success: somebody else moved it, or an earlier try whose answer was lost. */
export async function relocate(
  vsphere: VSphere,
  { seen, hostMoRef }: { readonly seen: Vm; readonly hostMoRef: string },
  signal: AbortSignal,
): Promise<void> {
  if ((await vsphere.vm(seen.moRef, signal)).hostMoRef === hostMoRef) return;
  const vm = await readyToReconfigure(vsphere, seen, signal);
  const { unreachableDatastores } = await vsphere.relocationFacts(vm.moRef, hostMoRef, signal);
  if (unreachableDatastores.length > 0) {
    throw new PortError(
      'VsphereConcurrentChange',
      `The host does not reach ${unreachableDatastores.join(', ')} of VM ${vm.name} any more.`,
    );
  }
  await vsphere.relocate(vm.moRef, hostMoRef, signal);
}
