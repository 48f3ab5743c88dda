/** Which VM spec.vm means, as far as can be told without the inventory. Pure. */
import type { SriovVmAttachmentSpec } from '../../api/types.ts';

export interface VmIdentity {
  readonly moRef: string;
  readonly instanceUuid: string;
  /** What it is called, and was called a moment ago. */
  readonly names: readonly string[];
}

/** True also where only the name fits and the path may be another: who needs to be sure asks vSphere. */
export function mayMean({ moRef, instanceUuid, name, inventoryPath }: SriovVmAttachmentSpec['vm'], vm: VmIdentity): boolean {
  if (moRef !== undefined) return moRef === vm.moRef;
  if (instanceUuid !== undefined) return instanceUuid.toLowerCase() === vm.instanceUuid.toLowerCase();
  const wanted = name ?? inventoryPath?.replace(/^.*\//, '');
  return vm.names.some((one) => one === wanted);
}
