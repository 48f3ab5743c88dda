/** What DRS does with the VM; read only where it is to be taken out of DRS, or was. */
import type { SriovVmAttachment } from '../../../api/types.ts';
import type { VSphere } from '../../../ports/vsphere.ts';
import { known } from '../../fact.ts';
import type { AttachmentMemory } from '../memory.ts';
import type { DrsFacts, Observation } from '../observation.ts';
import type { Reader } from './reader.ts';

/** DRS is a matter of vCenters; a standalone host is not asked. */
const NO_DRS: DrsFacts = { cluster: undefined, level: 'Off', own: undefined };

export async function readDrs(
  { reader, vsphere }: { readonly reader: Reader; readonly vsphere: VSphere },
  { vm }: Pick<Observation, 'vm'>,
  { attachment, memory }: { readonly attachment: SriovVmAttachment; readonly memory: AttachmentMemory },
): Promise<Pick<Observation, 'drs'>> {
  if (attachment.spec.drsOverride !== 'Disable' && memory.drsOverride === undefined) return {};
  const drs = await reader.after(vm, async ({ moRef, hostMoRef }) => {
    if ((await vsphere.apiType(reader.signal)) !== 'VirtualCenter') return known(NO_DRS);
    const { cluster, drs: level, levelOfVm } = await vsphere.evacuationFacts(hostMoRef, reader.signal);
    return known({ cluster, level, own: levelOfVm[moRef] });
  });
  return { drs };
}
