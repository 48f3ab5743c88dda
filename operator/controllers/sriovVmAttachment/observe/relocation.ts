/** What moving the VM rests on; read only where it has to be moved and may be. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { VSphere } from '../../../ports/vsphere.ts';
import { known } from '../../fact.ts';
import { hostKeyOf, keyOf } from '../../names.ts';
import type { Observation } from '../observation.ts';
import type { Reader } from './reader.ts';

export async function readRelocation(
  { reader, vsphere }: { readonly reader: Reader; readonly vsphere: VSphere },
  { vm, vsphereHost }: Observation,
  { attachment, attachments }: { readonly attachment: SriovVmAttachment; readonly attachments: readonly SriovVmAttachment[] },
): Promise<Pick<Observation, 'relocation' | 'claimedElsewhere'>> {
  if (attachment.spec.relocation !== 'Cold' || attachment.metadata.deletionTimestamp !== undefined) return {};
  if (!vm.known || !vsphereHost.known || vm.value.hostMoRef === vsphereHost.value.moRef) return {};
  const relocation = await reader.fact(async () =>
    known(await vsphere.relocationFacts(vm.value.moRef, vsphereHost.value.moRef, reader.signal)),
  );
  return { relocation, claimedElsewhere: claimants(attachment, vm.value.moRef, attachments) };
}

function claimants(own: SriovVmAttachment, vmMoRef: string, all: readonly SriovVmAttachment[]): readonly string[] {
  return all
    .filter(({ metadata, status }) => status?.vm?.moRef === vmMoRef && metadata.deletionTimestamp === undefined)
    .filter((other) => hostKeyOf(other) !== hostKeyOf(own))
    .map(keyOf)
    .sort();
}
