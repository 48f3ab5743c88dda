/** The DRS level of one VM in the cluster of its host, apart from that of the cluster. */
import { PortError } from '../ports/errors.ts';
import type { DrsLevel } from '../ports/vsphere.ts';
import type { VimObject } from './codec.ts';
import { retrieveOne } from './propertyCollector.ts';
import type { VsphereSession } from './session.ts';
import { runTask, type TaskOptions } from './tasks.ts';
import type { Ref } from './xmlNode.ts';

export interface DrsOverride {
  readonly hostMoRef: string;
  /** Undefined: that of the cluster. */
  readonly level: DrsLevel | undefined;
  readonly options: TaskOptions;
}

const BEHAVIORS = { Manual: 'manual', PartiallyAutomated: 'partiallyAutomated', FullyAutomated: 'fullyAutomated' } as const;

/**
 * One ReconfigureComputeResource_Task that names this VM alone (`modify` true). With `enabled` false DRS makes no migration and no placement at
 * power-on for it (vim25, ClusterDrsVmConfigInfo). Rejects with VsphereObjectNotFound when the host stands in no cluster.
 */
export async function setDrsLevel(session: VsphereSession, vmMoRef: string, { hostMoRef, level, options }: DrsOverride): Promise<void> {
  const vm: Ref = { kind: 'VirtualMachine', value: vmMoRef };
  const { cluster, known } = await session.read(options.signal, async (calls) => {
    const parent = (await retrieveOne(calls, { kind: 'HostSystem', value: hostMoRef }, ['parent'])).refOf('parent');
    if (parent?.kind !== 'ClusterComputeResource') {
      throw new PortError('VsphereObjectNotFound', `host ${hostMoRef} stands in no cluster, so that there is no DRS for ${vmMoRef}`);
    }
    const configuration = (await retrieveOne(calls, parent, ['configurationEx'])).node('configurationEx');
    return { cluster: parent, known: configuration?.list('drsVmConfig').some((entry) => entry.textOf('key') === vmMoRef) ?? false };
  });
  if (level === undefined && !known) return;
  const spec = { $type: 'ClusterConfigSpecEx', drsVmConfigSpec: [override(vm, { level, known })] };
  await runTask(session, { method: 'ReconfigureComputeResource_Task', on: cluster, args: { spec, modify: true } }, options);
}

function override(vm: Ref, { level, known }: { readonly level: DrsLevel | undefined; readonly known: boolean }): VimObject {
  if (level === undefined) return { operation: 'remove', removeKey: vm };
  const info = { key: vm, enabled: level !== 'Off', ...(level === 'Off' ? {} : { behavior: BEHAVIORS[level] }) };
  return { operation: known ? 'edit' : 'add', info };
}
