/** How an endpoint names its managed objects: a vCenter `vm-42`, a host's own API `42` and `ha-host`. */
import type { InventoryHost } from '../../world/inventory.ts';
import type { DistributedSwitch, SimNetwork } from '../../world/inventoryNetworks.ts';
import type { SimTask } from '../../world/inventoryTasks.ts';
import type { SimVm } from '../../world/vm.ts';
import type { Ref } from '../wire/values.ts';

export type FolderKind = 'vm' | 'host' | 'network' | 'datastore';

export interface Naming {
  rootFolder(): Ref;
  datacenter(name: string): Ref;
  /** `path` = names beneath the datacenter's folder of that kind; empty for that folder itself. */
  folder(kind: FolderKind, datacenter: string, path: readonly string[]): Ref;
  compute(host: InventoryHost): Ref;
  pool(host: InventoryHost): Ref;
  browser(host: InventoryHost): Ref;
  host(host: InventoryHost): Ref;
  pciPassthruSystem(host: InventoryHost): Ref;
  vm(vm: SimVm): Ref;
  network(network: SimNetwork): Ref;
  switch(one: DistributedSwitch): Ref;
  /** The one that all hosts of the datacenter have, or the local one of a host. */
  datastore(localOf: InventoryHost | undefined, datacenter: string): Ref;
  task(task: SimTask): Ref;
  /** Number of the task that a reference names, or undefined. */
  taskNumber(ref: Ref): number | undefined;
  /** A service object, for example `propertyCollector`. */
  service(name: ServiceName): Ref;
}

const SERVICES = {
  sessionManager: ['SessionManager', 'SessionManager', 'ha-sessionmgr'],
  authorizationManager: ['AuthorizationManager', 'AuthorizationManager', 'ha-authmgr'],
  propertyCollector: ['PropertyCollector', 'propertyCollector', 'ha-property-collector'],
  viewManager: ['ViewManager', 'ViewManager', 'ViewManager'],
  searchIndex: ['SearchIndex', 'SearchIndex', 'ha-searchindex'],
  guestOperationsManager: ['GuestOperationsManager', 'guestOperationsManager', 'ha-guest-operations-manager'],
  guestFileManager: ['GuestFileManager', 'guestOperationsFileManager', 'ha-guest-operations-file-manager'],
  guestProcessManager: ['GuestProcessManager', 'guestOperationsProcessManager', 'ha-guest-operations-process-manager'],
} as const;
export type ServiceName = keyof typeof SERVICES;
export const SERVICE_NAMES = Object.keys(SERVICES) as readonly ServiceName[];

/** Names of a vCenter. Numbers of folders and the like are given out when first asked for and then stay. */
export function virtualCenterNaming(): Naming {
  const numbers = new Map<string, number>();
  const numbered = (prefix: string, key: string): string => {
    const number = numbers.get(`${prefix} ${key}`) ?? 1000 + numbers.size;
    numbers.set(`${prefix} ${key}`, number);
    return `${prefix}${number}`;
  };
  const computeKey = (host: InventoryHost) => `${host.datacenter}/${host.cluster ?? `=${host.view.id}`}`;
  return {
    rootFolder: () => ({ type: 'Folder', value: 'group-d1' }),
    datacenter: (name) => ({ type: 'Datacenter', value: numbered('datacenter-', name) }),
    folder: (kind, datacenter, path) => ({
      type: 'Folder',
      value: numbered(`group-${kind === 'datastore' ? 's' : kind.charAt(0)}`, [datacenter, ...path].join('/')),
    }),
    compute: (host) =>
      host.cluster === undefined
        ? { type: 'ComputeResource', value: numbered('domain-s', computeKey(host)) }
        : { type: 'ClusterComputeResource', value: numbered('domain-c', computeKey(host)) },
    pool: (host) => ({ type: 'ResourcePool', value: numbered('resgroup-', computeKey(host)) }),
    browser: (host) => ({ type: 'EnvironmentBrowser', value: numbered('envbrowser-', computeKey(host)) }),
    host: (host) => ({ type: 'HostSystem', value: `host-${host.number}` }),
    pciPassthruSystem: (host) => ({ type: 'HostPciPassthruSystem', value: `pciPassthruSystem-${host.number}` }),
    vm: (vm) => ({ type: 'VirtualMachine', value: `vm-${vm.number}` }),
    network: (network) =>
      network.kind === 'Standard'
        ? { type: 'Network', value: `network-${network.number}` }
        : { type: 'DistributedVirtualPortgroup', value: network.key },
    switch: (one) => ({ type: 'VmwareDistributedVirtualSwitch', value: `dvs-${one.number}` }),
    datastore: (localOf, datacenter) => ({
      type: 'Datastore',
      value: numbered('datastore-', localOf === undefined ? datacenter : `=${localOf.view.id}`),
    }),
    task: (task) => ({ type: 'Task', value: `task-${task.id}` }),
    taskNumber: (ref) => numberIn(/^task-(\d+)$/, ref),
    service: (name) => ({ type: SERVICES[name][0], value: SERVICES[name][1] }),
  };
}

/** Names of a host's own API. */
export function hostAgentNaming(): Naming {
  const fixed = (type: string, value: string) => () => ({ type, value });
  return {
    rootFolder: fixed('Folder', 'ha-folder-root'),
    datacenter: fixed('Datacenter', 'ha-datacenter'),
    folder: (kind) => ({ type: 'Folder', value: `ha-folder-${kind}` }),
    compute: fixed('ComputeResource', 'ha-compute-res'),
    pool: fixed('ResourcePool', 'ha-root-pool'),
    browser: fixed('EnvironmentBrowser', 'ha-environment-browser'),
    host: fixed('HostSystem', 'ha-host'),
    pciPassthruSystem: fixed('HostPciPassthruSystem', 'ha-pcipassthrusystem'),
    vm: (vm) => ({ type: 'VirtualMachine', value: String(vm.number) }),
    network: (network) => ({ type: 'Network', value: `HaNetwork-${network.name}` }),
    switch: (one) => ({ type: 'VmwareDistributedVirtualSwitch', value: `dvs-${one.number}` }),
    datastore: (localOf) => ({ type: 'Datastore', value: localOf === undefined ? 'shared' : 'local' }),
    task: (task) => ({ type: 'Task', value: `haTask-${taskSubject(task)}-vim.${task.descriptionId}-${task.id}` }),
    taskNumber: (ref) => numberIn(/^haTask-.+-(\d+)$/, ref),
    service: (name) => ({ type: SERVICES[name][0], value: SERVICES[name][2] }),
  };
}

function taskSubject({ subject }: SimTask): string {
  return 'vmNumber' in subject ? String(subject.vmNumber) : 'ha-host';
}

function numberIn(pattern: RegExp, ref: Ref): number | undefined {
  const digits = ref.type === 'Task' ? pattern.exec(ref.value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}
