/** How much memory can be reserved for the VM, read only where all of it is to be reserved. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import { isPortError } from '../../../ports/errors.ts';
import type { ReservableMemory, VSphere } from '../../../ports/vsphere.ts';
import { known } from '../../fact.ts';
import type { Observation } from '../observation.ts';
import type { Reader } from './reader.ts';

/** Undefined where it is not needed, or where the account may not see it: then vSphere has the say. */
export async function readReservable(
  { reader, vsphere }: { readonly reader: Reader; readonly vsphere: VSphere },
  { vm, card, physicalFunction, vsphereHost }: Observation,
  { metadata }: SriovVmAttachment,
): Promise<ReservableMemory | undefined> {
  if (!vm.known || !card.known || !physicalFunction.known || !vsphereHost.known) return undefined;
  if (vm.value.memoryLockedToMax || metadata.deletionTimestamp !== undefined) return undefined;
  const { moRef, hostMoRef } = vm.value;
  const target = vsphereHost.value.moRef;
  const fact = await reader.fact(async () => known(await orUnknown(vsphere.reservableMemory(moRef, target, reader.signal))));
  if (!fact.known) return undefined;
  // A VM that is moved to the host first may come into another pool there.
  return hostMoRef === target ? fact.value : { ...fact.value, poolMB: undefined };
}

async function orUnknown(read: Promise<ReservableMemory>): Promise<ReservableMemory> {
  try {
    return await read;
  } catch (error) {
    if (isPortError(error, 'VspherePermissionDenied', 'VsphereObjectNotFound')) return { poolMB: undefined, hostMB: undefined };
    throw error;
  }
}
