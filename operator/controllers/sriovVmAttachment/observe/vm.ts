/** The VM that an attachment is about. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VmQuery, VmSummary, VSphere } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { recordedCard } from '../identify.ts';
import { type AttachmentMemory, hasTouchedVm } from '../memory.ts';
import type { AttachmentFact } from '../observation.ts';

/**
 * Exactly one VM by spec.vm. Once the operator has touched a VM, that one is meant also when it was renamed, or when another VM took
 * its name: it is recognised by its reference, and a renamed one by the card in it as well.
 */
export async function readVm(
  vsphere: VSphere,
  { attachment, memory }: { readonly attachment: SriovVmAttachment; readonly memory: AttachmentMemory },
  signal: AbortSignal,
): Promise<AttachmentFact<Vm>> {
  const query = queryOf(attachment);
  const found = await find(vsphere, query, signal);
  const recorded = hasTouchedVm(memory) ? memory.vm?.moRef : undefined;
  const chosen = found.length === 1 ? found[0] : found.find(({ moRef }) => moRef === recorded);
  const words = Object.entries(query)
    .map(([field, value]) => `${field} ${value}`)
    .join();
  if (chosen !== undefined) return (await read(vsphere, chosen.moRef, signal)) ?? unknown('VmNotFound', `No VM has the ${words}.`);
  if (found.length > 1) {
    const paths = found.map(({ inventoryPath }) => inventoryPath).sort();
    return unknown('VmAmbiguous', `${found.length} VMs have the ${words}: ${paths.slice(0, 8).join(', ')}.`);
  }
  const renamed = recorded === undefined ? undefined : await read(vsphere, recorded, signal);
  if (renamed !== undefined && isOurs(renamed.value, memory)) return renamed;
  return unknown('VmNotFound', `No VM has the ${words}.`);
}

export function queryOf({ spec: { vm } }: SriovVmAttachment): VmQuery {
  if (vm.moRef !== undefined) return { moRef: vm.moRef };
  if (vm.instanceUuid !== undefined) return { instanceUuid: vm.instanceUuid };
  if (vm.inventoryPath !== undefined) return { inventoryPath: vm.inventoryPath };
  return vm.name === undefined ? {} : { name: vm.name };
}

function isOurs(vm: Vm, memory: AttachmentMemory): boolean {
  return recordedCard({ vm, memory }) !== undefined || memory.power !== undefined || memory.change !== undefined;
}

async function find(vsphere: VSphere, query: VmQuery, signal: AbortSignal): Promise<readonly VmSummary[]> {
  try {
    return await vsphere.findVms(query, signal);
  } catch (error) {
    if (isPortError(error, 'VsphereObjectNotFound')) return [];
    throw error;
  }
}

/** Undefined when the VM went away since it was found. */
async function read(
  vsphere: VSphere,
  moRef: string,
  signal: AbortSignal,
): Promise<{ readonly known: true; readonly value: Vm } | undefined> {
  try {
    return known(await vsphere.vm(moRef, signal));
  } catch (error) {
    if (isPortError(error, 'VsphereObjectNotFound')) return undefined;
    throw error;
  }
}
