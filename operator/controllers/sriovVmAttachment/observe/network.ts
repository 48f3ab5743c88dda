/** The port group of an attachment and the virtual functions that are left, as the host offers them. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { VSphere, VsphereHost, VsphereNetwork } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { type Accounting, accountFunctions } from '../accounting.ts';
import { needOf } from '../need.ts';
import type { AttachmentFact, Observation } from '../observation.ts';
import { NOT_SEEN, type Reader } from './reader.ts';

export async function readNetwork(
  vsphere: VSphere,
  { host, attachment }: { readonly host: VsphereHost; readonly attachment: SriovVmAttachment },
  signal: AbortSignal,
): Promise<AttachmentFact<VsphereNetwork>> {
  // The schema requires one for the card of a virtual function.
  const portGroup = attachment.spec.network?.portGroup ?? '';
  const networks = await vsphere.networksOfHost(host.moRef, signal);
  const network = networks.find(({ name }) => name === portGroup);
  if (network !== undefined) return known(network);
  const similar = networks.find(({ name }) => name.toLowerCase() === portGroup.toLowerCase());
  const hint = similar === undefined ? '' : ` There is one named ${similar.name}.`;
  return unknown('PortGroupNotFound', `ESXi host ${host.name} offers no port group named ${portGroup}.${hint}`);
}

/** Who else may want what this one wants. */
export interface Rivals {
  readonly attachment: SriovVmAttachment;
  readonly attachments: readonly SriovVmAttachment[];
  readonly claimed: ReadonlySet<string>;
}

/** Reads all VMs of the host, so only where a card has to be added. */
export async function readAccounting(
  { reader, vsphere }: { readonly reader: Reader; readonly vsphere: VSphere },
  { vsphereHost, physicalFunction, vm, card, network }: Observation,
  { attachment, attachments, claimed }: Rivals,
): Promise<AttachmentFact<Accounting>> {
  if (!vsphereHost.known || !physicalFunction.known || !vm.known || !card.known || !network.known) return NOT_SEEN;
  const { id, sriov } = physicalFunction.value;
  const wanted = { physicalFunction: physicalFunction.value, network: network.value, spec: attachment.spec };
  if (needOf(vm.value, card.value, wanted)?.change.add === undefined) return NOT_SEEN;
  const own = { vmMoRef: vm.value.moRef, key: card.value?.key };
  return reader.fact(async () => {
    const vms = await vsphere.vmsOfHost(vsphereHost.value.moRef, reader.signal);
    return known(accountFunctions({ attachment, attachments, claimed, vms, physicalFunction: { id, present: sriov?.present ?? 0 }, own }));
  });
}
