/** Moving a VM that is off to another host of the same vCenter; its files stay where they are. */
import { PortError } from '../ports/errors.ts';
import type { RelocationFacts } from '../ports/vsphere.ts';
import { entityName } from './entityName.ts';
import { type ObjectProperties, retrieve, retrieveOne, these } from './propertyCollector.ts';
import type { Calls, VsphereSession } from './session.ts';
import { runTask, type TaskOptions } from './tasks.ts';
import type { Ref } from './xmlNode.ts';

/** DatastoreHostMount: which hosts mount a datastore, and whether they reach it now. */
export async function readRelocationFacts(calls: Calls, vmMoRef: string, hostMoRef: string): Promise<RelocationFacts> {
  const vm = await retrieveOne(calls, vmRef(vmMoRef), ['datastore']);
  const refs = vm.items('datastore').map((item) => item.ref);
  const datastores = refs.length === 0 ? [] : await retrieve(calls, { type: 'Datastore', paths: ['name', 'host'], from: these(...refs) });
  const unreachable = datastores.filter((datastore) => !isReachable(datastore, hostMoRef));
  return { unreachableDatastores: unreachable.map((datastore) => entityName(datastore.text('name'))).sort() };
}

function isReachable(datastore: ObjectProperties, hostMoRef: string): boolean {
  const mount = datastore.items('host').find((item) => item.textOf('key') === hostMoRef);
  return mount !== undefined && mount.child('mountInfo')?.booleanOf('accessible') !== false;
}

/**
 * One RelocateVM_Task with host and, where the host stands elsewhere, its resource pool; no datastore, which leaves the files where they are
 * (vim25, VirtualMachineRelocateSpec). Rejects with VsphereConcurrentChange when the VM does not stay off, with VsphereTaskFailed when the
 * server ends the task and the VM is not there.
 */
export async function relocate(
  session: VsphereSession,
  vmMoRef: string,
  { hostMoRef, options }: { readonly hostMoRef: string; readonly options: TaskOptions },
): Promise<void> {
  const on = vmRef(vmMoRef);
  const host: Ref = { kind: 'HostSystem', value: hostMoRef };
  const pool = await session.read(options.signal, async (calls) => {
    const vm = await retrieveOne(calls, on, ['runtime.powerState', 'resourcePool']);
    if (vm.text('runtime.powerState') !== 'poweredOff') {
      throw new PortError('VsphereConcurrentChange', `${vmMoRef} is not off any more; it is not moved`);
    }
    return poolAt(calls, host, vm.refOf('resourcePool'));
  });
  const spec = { host, ...(pool === undefined ? {} : { pool }) };
  await runTask(session, { method: 'RelocateVM_Task', on, args: { spec } }, { ...options, questionsOf: on });
  const now = await session.read(options.signal, (calls) => retrieveOne(calls, on, ['runtime.host']));
  if (now.text('runtime.host') !== hostMoRef) {
    throw new PortError(
      'VsphereTaskFailed',
      `RelocateVM_Task of ${vmMoRef} ended, and the VM is still on ${now.text('runtime.host') ?? 'no host'}`,
    );
  }
}

/** The root pool of the host's compute resource; undefined where the VM is in a pool of it already. */
async function poolAt(calls: Calls, host: Ref, current: Ref | undefined): Promise<Ref | undefined> {
  const parent = (await retrieveOne(calls, host, ['parent'])).refOf('parent');
  if (parent === undefined) return undefined;
  const owner = current === undefined ? undefined : (await retrieveOne(calls, current, ['owner'])).text('owner');
  return owner === parent.value ? undefined : (await retrieveOne(calls, parent, ['resourcePool'])).refOf('resourcePool');
}

function vmRef(value: string): Ref {
  return { kind: 'VirtualMachine', value };
}
