/** ClusterComputeResource: the DRS levels of single VMs. */
import type { SimDrsLevel } from '../../world/inventoryDrs.ts';
import type { SimVm } from '../../world/vm.ts';
import { SimFault } from '../../world/vmFault.ts';
import type { Call, Method } from '../call.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import { sameRef } from '../objects/managedObject.ts';
import type { DecodedObject } from '../wire/decodedObject.ts';
import { type Ref, ref } from '../wire/values.ts';

const LEVELS: Readonly<Record<string, SimDrsLevel>> = {
  manual: 'Manual',
  partiallyAutomated: 'PartiallyAutomated',
  fullyAutomated: 'FullyAutomated',
};

export const clusterMethods: Readonly<Record<string, Method>> = {
  ReconfigureComputeResource_Task: (call) => {
    const { view } = call.service;
    const host = view.hosts().find((one) => sameRef(view.naming.compute(one), call.self));
    if (host === undefined) throw managedObjectNotFound(call.self);
    const changes = call.parameters.object('spec').objects('drsVmConfigSpec');
    const task = view.inventory.tasks.start(
      {
        method: 'ReconfigureComputeResource_Task',
        descriptionId: 'ComputeResource.reconfigureEx',
        subject: { hostId: host.view.id, name: host.cluster ?? host.view.name },
      },
      () => {
        for (const change of changes) apply(call, change);
      },
    );
    return { value: ref(view.naming.task(task)) };
  },
};

/** As vCenter: an entry is added once, and edited or removed only while it is there. */
function apply(call: Call, change: DecodedObject): void {
  const { inventory } = call.service.view;
  const operation = change.string('operation');
  const vm = vmOf(call, operation === 'remove' ? change.ref('removeKey') : change.object('info').ref('key'));
  const own = inventory.drs.ownLevelOf(vm);
  if ((operation === 'add') !== (own === undefined)) {
    throw new SimFault('InvalidArgument', 'A specified parameter was not correct: drsVmConfigSpec', { invalidProperty: 'drsVmConfigSpec' });
  }
  inventory.drs.setLevelOfVm(vm, operation === 'remove' ? undefined : levelOf(change.object('info')));
}

function levelOf(info: DecodedObject): SimDrsLevel {
  return info.optionalBoolean('enabled') === false ? 'Off' : (LEVELS[info.optionalString('behavior') ?? ''] ?? 'FullyAutomated');
}

function vmOf({ service }: Call, wanted: Ref): SimVm {
  const vm = service.view.vms().find((one) => sameRef(service.view.naming.vm(one), wanted));
  if (vm === undefined) throw managedObjectNotFound(wanted);
  return vm;
}
