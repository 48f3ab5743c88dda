/** What a user of vSphere may do, as far as changes of VMs go. */

/** Rights in vSphere without which a change of a VM is refused, by the ids that vSphere has for them. */
export type Privilege =
  | 'VirtualMachine.Config.AddRemoveDevice'
  | 'VirtualMachine.Config.Resource'
  | 'VirtualMachine.Interact.PowerOff'
  | 'VirtualMachine.Interact.PowerOn'
  | 'Resource.ColdMigrate'
  | 'Network.Assign';

/** One object, and the rights on it that are asked for. */
export interface PrivilegesOn {
  readonly kind: 'VirtualMachine' | 'Network' | 'DistributedVirtualPortgroup';
  readonly moRef: string;
  readonly privileges: readonly Privilege[];
}
