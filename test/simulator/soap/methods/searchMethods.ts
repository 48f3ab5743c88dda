/** SearchIndex and EnvironmentBrowser. */
import type { InventoryHost } from '../../world/inventory.ts';
import type { SimVm } from '../../world/vm.ts';
import type { Call, Method } from '../call.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import { pciEntries, sriovTargetFields, targetFields } from '../objects/hostPci.ts';
import { propertyAt, referencesIn, sameRef } from '../objects/managedObject.ts';
import { array, boolean, derived, int, object, type Ref, ref, refs, type Value } from '../wire/values.ts';

export const searchMethods: Readonly<Record<string, Method>> = {
  FindByInventoryPath: (call) => {
    const found = findByPath(call);
    return { value: found === undefined ? undefined : ref(found) };
  },
  FindByUuid: (call) => {
    const [first] = findByUuid(call);
    return { value: first === undefined ? undefined : ref(first) };
  },
  FindAllByUuid: (call) => ({ value: refs(findByUuid(call)) }),
  QueryConfigTarget: (call) => ({ value: configTarget(call) }),
};

/** Names from the root folder's children down, `dc-01/vm/tenant-a/db-01`; names are compared as the API shows them. */
function findByPath(call: Call): Ref | undefined {
  const { service, parameters } = call;
  const find = service.finder(call);
  const names = parameters.string('inventoryPath').split('/').filter(Boolean);
  let at: Ref | undefined = service.view.naming.rootFolder();
  for (const name of names) {
    at = childrenOf(at, find).find((child) => {
      const object = find(child);
      const value = object === undefined ? undefined : propertyAt(object, 'name');
      return value?.kind === 'scalar' && value.text === name;
    });
    if (at === undefined) {
      return undefined;
    }
  }
  return at;
}

const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  Folder: ['childEntity'],
  Datacenter: ['vmFolder', 'hostFolder', 'datastoreFolder', 'networkFolder'],
  ComputeResource: ['host', 'resourcePool'],
  ClusterComputeResource: ['host', 'resourcePool'],
};

function childrenOf(parent: Ref, find: ReturnType<Call['service']['finder']>): readonly Ref[] {
  const object = find(parent);
  return object === undefined ? [] : (CHILDREN[parent.type] ?? []).flatMap((property) => referencesIn(propertyAt(object, property)));
}

function findByUuid({ service, parameters }: Call): readonly Ref[] {
  const { view } = service;
  const uuid = parameters.string('uuid').toLowerCase();
  const datacenter = parameters.optionalRef('datacenter');
  const inside = (name: string | undefined) =>
    datacenter === undefined || (name !== undefined && sameRef(view.naming.datacenter(name), datacenter));
  if (!parameters.boolean('vmSearch')) {
    const hosts = view.hosts().filter((host) => host.view.systemUuid === uuid && inside(host.datacenter));
    return hosts.map((host) => view.naming.host(host));
  }
  const uuidOf = (vm: SimVm) => (parameters.optionalBoolean('instanceUuid') ? vm.instanceUuid : vm.biosUuid);
  return view
    .vms()
    .filter((vm) => uuidOf(vm).toLowerCase() === uuid && inside(view.inventory.host(vm.hostId)?.datacenter))
    .map((vm) => view.naming.vm(vm));
}

/** ConfigTarget of the named host, or of the first one of the compute resource. */
function configTarget({ service, parameters, self }: Call): Value | undefined {
  const { view } = service;
  const members = view.hosts().filter((host) => sameRef(view.naming.browser(host), self));
  const wanted = parameters.optionalRef('host');
  const host = wanted === undefined ? members[0] : members.find((other) => sameRef(view.naming.host(other), wanted));
  if (wanted !== undefined && host === undefined) {
    throw managedObjectNotFound(wanted);
  }
  return host === undefined ? undefined : targetOf(service.view, host);
}

function targetOf(view: Call['service']['view'], host: InventoryHost): Value {
  const entries = pciEntries(view, host).filter((entry) => entry.classId !== 0x0601);
  const systemId = host.view.systemUuid;
  const isSriov = (entry: (typeof entries)[number]) =>
    entry.isVirtualFunction || (entry.physicalFunction?.virtualFunctions.length ?? 0) > 0;
  return object('ConfigTarget', {
    numCpus: int(2),
    numCpuCores: int(32),
    numNumaNodes: int(2),
    smcPresent: boolean(false),
    maxMemMBOptimalPerf: int(0),
    pciPassthrough: array(
      'VirtualMachinePciPassthroughInfo',
      entries.map((entry) =>
        isSriov(entry)
          ? derived('VirtualMachineSriovInfo', sriovTargetFields(entry, systemId))
          : object('VirtualMachinePciPassthroughInfo', targetFields(entry, systemId)),
      ),
    ),
    sriov: array(
      'VirtualMachineSriovInfo',
      entries.filter(isSriov).map((entry) => object('VirtualMachineSriovInfo', sriovTargetFields(entry, systemId))),
    ),
  });
}
