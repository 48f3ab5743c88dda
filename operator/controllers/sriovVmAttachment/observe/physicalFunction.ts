/** A physical function that is asked for as a whole: what the SriovHost and vSphere say of it, and who has it. Reads only. */
import { findCondition } from '../../../api/conditions.ts';
import type { AttachmentReason } from '../../../api/reasons.ts';
import type { SriovHost, SriovVmAttachment } from '../../../api/types.ts';
import type { VSphere, VsphereHost, VspherePhysicalFunction } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { hostKeyOf, keyOf } from '../../names.ts';
import type { Accounting } from '../accounting.ts';
import type { AttachmentFact, HostPort, Observation } from '../observation.ts';
import { accountWhole, isPhysical, needOfFunction } from '../physicalFunction.ts';
import type { Rivals } from './network.ts';
import { NOT_SEEN, type Reader } from './reader.ts';

/** Reasons for which a host does not meet a request, as they are told here. */
const TOLD: ReadonlySet<string> = new Set<AttachmentReason>([
  'PassthroughConflictsWithVfs',
  'PassthroughUplinkInUse',
  'PassthroughUnsupported',
  'PassthroughNotCapable',
]);

/** A restart of the host is asked for: other namespaces need the owner’s word for that beside the one for attachments at all. */
export function consented(host: AttachmentFact<SriovHost>, attachment: SriovVmAttachment): AttachmentFact<SriovHost> {
  if (!host.known || !isPhysical(attachment) || attachment.metadata.namespace === host.value.metadata.namespace) return host;
  if (host.value.spec.attachments.physicalFunctions === 'AsFrom') return host;
  return unknown(
    'PhysicalFunctionNotAllowed',
    `SriovHost ${hostKeyOf(attachment)} gives whole physical functions to attachments of its own namespace only.`,
  );
}

/** Passed through and in effect; until then, what it waits for is told in the host’s own words. */
export function passedThroughPort(host: SriovHost, attachment: SriovVmAttachment): AttachmentFact<HostPort> {
  const { adapter, port: number } = attachment.spec.function;
  const where = `port ${number} of adapter ${adapter} of SriovHost ${hostKeyOf(attachment)}`;
  const entry = host.status?.passthrough?.find((one) => one.adapter === adapter && one.port === number);
  if (entry?.active === true) {
    const seen = host.status?.adapters?.find(({ name }) => name === adapter)?.ports?.find((port) => port.number === number);
    return known({ pciAddress: entry.pciAddress, macAddress: undefined, linkType: seen?.linkType });
  }
  if (entry?.problem !== undefined && TOLD.has(entry.problem.reason)) {
    return unknown(entry.problem.reason as AttachmentReason, `${where} is not passed through: ${entry.problem.message}.`);
  }
  return unknown('PassthroughPending', `${where} is not passed through yet: ${waitsFor(host, entry, attachment)}.`);
}

function waitsFor(
  host: SriovHost,
  entry: NonNullable<NonNullable<SriovHost['status']>['passthrough']>[number] | undefined,
  attachment: SriovVmAttachment,
): string {
  if (entry?.requestedBy.includes(keyOf(attachment)) !== true) return 'the host has not taken up the request yet';
  if (entry.problem !== undefined) return entry.problem.message;
  const ready = findCondition(host.status?.conditions, 'Ready');
  const plan = host.status?.plan;
  const hash = plan === undefined ? '' : ` (plan ${plan.hash}, restarts: ${plan.restarts})`;
  return `the host says ${ready?.reason ?? 'nothing'}${hash}: ${ready?.message ?? ''}`.replace(/[.\s]+$/, '');
}

/** The uplink is gone, so the address that the SriovHost tells cannot be compared with one in vSphere. */
export function passedFunctionOf(host: VsphereHost, port: HostPort): AttachmentFact<VspherePhysicalFunction> {
  const found = host.physicalFunctions.find(({ id }) => id.toLowerCase() === port.pciAddress.toLowerCase());
  if (found?.passthruActive === true) return known(found);
  const what = found === undefined ? 'no PCI function' : 'no active passthrough';
  return unknown('PassthroughPending', `vSphere shows ${what} at ${port.pciAddress} of ${host.name} yet.`);
}

/** Reads all VMs of the host, so only where the device has to be added. */
export async function readHolders(
  { reader, vsphere }: { readonly reader: Reader; readonly vsphere: VSphere },
  { vsphereHost, physicalFunction, vm, card }: Observation,
  { attachment, attachments, claimed }: Rivals,
): Promise<AttachmentFact<Accounting>> {
  if (!vsphereHost.known || !physicalFunction.known || !vm.known || !card.known) return NOT_SEEN;
  if (needOfFunction(vm.value, card.value, physicalFunction.value)?.change.add === undefined) return NOT_SEEN;
  const own = { vmMoRef: vm.value.moRef, key: card.value?.key };
  return reader.fact(async () => {
    const vms = await vsphere.vmsOfHost(vsphereHost.value.moRef, reader.signal);
    return known(accountWhole({ attachment, attachments, claimed, vms, physicalFunction: physicalFunction.value.id, own }));
  });
}
