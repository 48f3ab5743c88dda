/** Finding virtual machines by what users write: a name, an inventory path, an instance UUID or a reference. */
import { isPortError, PortError } from '../ports/errors.ts';
import type { VmQuery, VmSummary } from '../ports/vsphere.ts';
import type { VimObject } from './codec.ts';
import { entityName, isNamed } from './entityName.ts';
import { type ObjectProperties, retrieve, retrieveAll, retrieveOne, these } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import type { Ref } from './xmlNode.ts';

/** All VMs that match; none gives []. Templates are VMs too. `named`: the VMs that may have the name of the query, where that is known. */
export async function findVms(calls: Calls, query: VmQuery, named?: readonly Ref[]): Promise<readonly VmSummary[]> {
  const refs = named === undefined ? await findRefs(calls, query) : await namedAmong(calls, query, named);
  if (refs.length === 0) {
    return [];
  }
  const paths = ['name', 'parentVApp', 'config.instanceUuid', 'runtime.host'];
  const vms = await retrieve(calls, { type: 'VirtualMachine', paths, from: these(...refs) });
  const ancestors = await readAncestors(calls, refs);
  return vms.map((vm) => ({
    moRef: vm.ref.value,
    name: entityName(vm.text('name')),
    inventoryPath: inventoryPath(calls, vm, ancestors),
    instanceUuid: vm.text('config.instanceUuid') ?? '',
    hostMoRef: vm.refOf('runtime.host')?.value,
  }));
}

async function findRefs(calls: Calls, { name, inventoryPath, instanceUuid, moRef }: VmQuery): Promise<readonly Ref[]> {
  if (moRef !== undefined) {
    return await existing(calls, { kind: 'VirtualMachine', value: moRef });
  }
  const on = calls.content.searchIndex;
  if (instanceUuid !== undefined) {
    const args = { uuid: instanceUuid, vmSearch: true, instanceUuid: true };
    const answer = await calls.call({ method: 'FindAllByUuid', on, args });
    return answer.list('returnval').map((node) => node.ref);
  }
  if (inventoryPath !== undefined) {
    const args = { inventoryPath: inventoryPath.replace(/^\/+/, '') };
    const answer = await calls.call({ method: 'FindByInventoryPath', on, args });
    const found = answer.list('returnval').map((node) => node.ref);
    return found.filter((ref) => ref.kind === 'VirtualMachine');
  }
  if (name !== undefined) {
    const all = await retrieveAll(calls, 'VirtualMachine', ['name']);
    return all.filter((vm) => isNamed(vm.text('name'), name)).map((vm) => vm.ref);
  }
  throw new PortError('VsphereFault', 'a query for VMs needs one of name, inventoryPath, instanceUuid and moRef');
}

async function namedAmong(calls: Calls, { name = '' }: VmQuery, refs: readonly Ref[]): Promise<readonly Ref[]> {
  const found: Ref[] = [];
  for (const ref of refs) {
    const [vm] = await unlessGone(() => retrieve(calls, { type: ref.kind, paths: ['name'], from: these(ref) }));
    if (isNamed(vm?.text('name'), name)) found.push(ref);
  }
  return found;
}

async function unlessGone(read: () => Promise<readonly ObjectProperties[]>): Promise<readonly ObjectProperties[]> {
  try {
    return await read();
  } catch (error) {
    if (isPortError(error, 'VsphereObjectNotFound')) return [];
    throw error;
  }
}

async function existing(calls: Calls, ref: Ref): Promise<readonly Ref[]> {
  return (await unlessGone(async () => [await retrieveOne(calls, ref, ['name'])])).map((vm) => vm.ref);
}

/** From an entity upwards to the root folder; a VM in a vApp has that in place of a parent. */
const UPWARDS: readonly VimObject[] = [
  {
    $type: 'TraversalSpec',
    name: 'parent',
    type: 'ManagedEntity',
    path: 'parent',
    skip: false,
    selectSet: [{ $type: 'SelectionSpec', name: 'parent' }],
  },
  {
    $type: 'TraversalSpec',
    name: 'vApp',
    type: 'VirtualMachine',
    path: 'parentVApp',
    skip: false,
    selectSet: [{ $type: 'SelectionSpec', name: 'parent' }],
  },
];

async function readAncestors(calls: Calls, refs: readonly Ref[]): Promise<ReadonlyMap<string, ObjectProperties>> {
  const from = refs.map((obj) => ({ obj, skip: false, selectSet: UPWARDS }));
  const entities = await retrieve(calls, { type: 'ManagedEntity', paths: ['name', 'parent'], from });
  return new Map(entities.map((entity) => [entity.ref.value, entity]));
}

/**
 * A path like `/dc/vm/folder/name`, without the invisible root folder. Names stay escaped in it, so that a `/` in a name can never
 * pass for a folder: hosts grant access by patterns of such paths. Empty when the way up to the root folder cannot be seen, since a
 * part of a path could match a pattern that the whole does not.
 */
function inventoryPath(calls: Calls, vm: ObjectProperties, ancestors: ReadonlyMap<string, ObjectProperties>): string {
  const names = [vm.text('name') ?? ''];
  const seen = new Set<string>();
  let current = vm.text('parentVApp') ?? ancestors.get(vm.ref.value)?.text('parent');
  while (current !== calls.content.rootFolder.value) {
    const entity = current === undefined || seen.has(current) ? undefined : ancestors.get(current);
    if (entity === undefined) {
      return '';
    }
    seen.add(entity.ref.value);
    names.unshift(entity.text('name') ?? '');
    current = entity.text('parent');
  }
  return `/${names.join('/')}`;
}
