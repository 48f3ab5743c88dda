/**
 * What a session watches of the inventory: of each object the properties that tell that something about it changed. They are small, so that
 * ten thousand VMs fit into memory; what is large (the devices of a VM, the PCI functions of a host) is read of the few objects that matter.
 */
import { HOST_PATHS } from '../hosts.ts';
import { HOST_NETWORK_PATHS, PORTGROUP_SETTINGS_PATH } from '../networkSettings.ts';
import { VM_PATHS } from '../readVms.ts';

/** A change of the devices of a VM gives it another `config.changeVersion` (vim25, VirtualMachineConfigInfo.changeVersion). */
const COVERED_BY_CHANGE_VERSION: ReadonlySet<string> = new Set(['config.hardware.device']);

const VIRTUAL_MACHINE = [...VM_PATHS.filter((path) => !COVERED_BY_CHANGE_VERSION.has(path)), 'parent', 'parentVApp'];

/** Counters and lists inside of watched properties that change with every power-on of any VM, or with a cable. */
export const VOLATILE: ReadonlySet<string> = new Set(['numPortsAvailable', 'port', 'linkSpeed']);

export interface WatchedKind {
  readonly type: string;
  readonly paths: readonly string[];
}

const EVERYWHERE: readonly WatchedKind[] = [
  { type: 'VirtualMachine', paths: VIRTUAL_MACHINE },
  { type: 'HostSystem', paths: [...HOST_PATHS, 'parent', 'network', ...HOST_NETWORK_PATHS] },
  { type: 'Folder', paths: ['name', 'parent'] },
  { type: 'Datacenter', paths: ['name', 'parent'] },
  { type: 'Network', paths: ['name'] },
];

const VCENTER_ONLY: readonly WatchedKind[] = [
  { type: 'ClusterComputeResource', paths: ['name', 'configurationEx'] },
  { type: 'DistributedVirtualPortgroup', paths: ['name', 'key', 'config.distributedVirtualSwitch', PORTGROUP_SETTINGS_PATH] },
  { type: 'DistributedVirtualSwitch', paths: ['uuid', 'config.uplinkPortgroup'] },
];

/** A standalone host has no distributed switches. */
export function watchedKinds(apiType: string): readonly WatchedKind[] {
  return apiType === 'VirtualCenter' ? [...EVERYWHERE, ...VCENTER_ONLY] : EVERYWHERE;
}
