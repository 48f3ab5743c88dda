/** The VM that an attachment is about. */
import type { SriovHost, SriovVmAttachment } from '../../../api/types.ts';
import { isPortError } from '../../../ports/errors.ts';
import type { Vm, VmQuery, VmSummary, VSphere } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { recordedCard } from '../identify.ts';
import { type AttachmentMemory, hasTouchedVm } from '../memory.ts';
import type { AttachmentFact } from '../observation.ts';
import { admitsVm, restrictsVms } from '../tenancy.ts';

interface VmSearch {
  readonly attachment: SriovVmAttachment;
  readonly memory: AttachmentMemory;
  readonly host: SriovHost;
}

/**
 * Exactly one VM by spec.vm. Once the operator has touched a VM, that one is meant also when it was renamed, or when another VM took
 * its name: it is recognised by its reference, and by the card in it or by what it is owed.
 *
 * Where the host restricts VMs, the others do not exist for the attachment: nothing but the path is read of them, and whether there is
 * such a VM at all cannot be told from the answer. Taking back what was attached, and giving back power, is not restricted.
 */
export async function readVm(vsphere: VSphere, search: VmSearch, signal: AbortSignal): Promise<AttachmentFact<Vm>> {
  const { attachment, memory } = search;
  const query = queryOf(attachment);
  const free = !restrictsVms(search.host) || attachment.metadata.deletionTimestamp !== undefined;
  const all = await find(vsphere, query, signal);
  const found = free ? all : all.filter(({ inventoryPath }) => admitsVm(search.host, inventoryPath));
  const recorded = hasTouchedVm(memory) ? memory.vm?.moRef : undefined;
  const words = Object.entries(query)
    .map(([field, value]) => `${field} ${value}`)
    .join();
  const nothing = free
    ? unknown('VmNotFound', `No VM has the ${words}.`)
    : unknown('VmNotAllowed', `No VM that SriovHost ${search.host.metadata.name} is open for has the ${words}.`);
  if (recorded !== undefined && !found.some(({ moRef }) => moRef === recorded)) {
    const renamed = await read(vsphere, recorded, signal);
    if (renamed !== undefined && isOurs(renamed.value, memory)) return free || (await isOpen(vsphere, search, signal)) ? renamed : nothing;
  }
  const chosen = found.length === 1 ? found[0] : found.find(({ moRef }) => moRef === recorded);
  if (chosen !== undefined) return (await read(vsphere, chosen.moRef, signal)) ?? nothing;
  if (found.length === 0) return nothing;
  const paths = found.map(({ inventoryPath }) => inventoryPath).sort();
  return unknown('VmAmbiguous', `${found.length} VMs have the ${words}: ${paths.slice(0, 8).join(', ')}.`);
}

/** The VM that the operator powered off while it was allowed to, and that is owed its power. */
export async function readOwedVm(vsphere: VSphere, { vm }: AttachmentMemory, signal: AbortSignal): Promise<AttachmentFact<Vm>> {
  const owed = vm === undefined ? undefined : await read(vsphere, vm.moRef, signal);
  return owed ?? unknown('VmNotFound', 'The VM that is owed its power is gone.');
}

/** The VM that the operator touched is where the host is open, under whatever name. */
async function isOpen(vsphere: VSphere, { host, memory }: VmSearch, signal: AbortSignal): Promise<boolean> {
  const moRef = memory.vm?.moRef;
  const summaries = moRef === undefined ? [] : await find(vsphere, { moRef }, signal);
  return summaries.some(({ inventoryPath }) => admitsVm(host, inventoryPath));
}

function queryOf({ spec: { vm } }: SriovVmAttachment): VmQuery {
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
