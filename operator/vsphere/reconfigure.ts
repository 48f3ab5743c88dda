/** Changing a VM's configuration: re-read what the change rests on, send one ReconfigVM_Task, wait for it. */
import { PortError } from '../ports/errors.ts';
import type { VmReconfigure } from '../ports/vsphere.ts';
import { readNetworks, requireNetwork } from './networks.ts';
import { type ObjectProperties, retrieveOne } from './propertyCollector.ts';
import { reconfigureSpec, type VmFacts } from './reconfigureSpec.ts';
import type { Calls, VsphereSession } from './session.ts';
import { runTask, type TaskOptions } from './tasks.ts';

const REMOVABLE: ReadonlySet<string> = new Set(['VirtualSriovEthernetCard', 'VirtualPCIPassthrough']);

/**
 * Rejects with VsphereConcurrentChange when the VM was changed since the caller read it, and with VsphereObjectNotFound when
 * its host does not have a port group of the change; nothing is sent in either case.
 */
export async function reconfigure(
  session: VsphereSession,
  moRef: string,
  work: { change: VmReconfigure; options: TaskOptions },
): Promise<void> {
  const { change, options } = work;
  const on = { kind: 'VirtualMachine', value: moRef };
  const facts = await session.read(options.signal, async (calls) => {
    const paths = ['config.changeVersion', 'config.hardware.memoryMB', 'config.hardware.device', 'runtime.host'];
    const vm = await retrieveOne(calls, on, paths);
    refuseStale(vm, change);
    await refuseUnknownNetworks(calls, vm, change);
    return factsOf(calls, vm);
  });
  await runTask(session, { method: 'ReconfigVM_Task', on, args: { spec: reconfigureSpec(change, facts) } }, options);
}

/** The server compares too, but only when it gets to the task; and not every server does. */
function refuseStale(vm: ObjectProperties, change: VmReconfigure): void {
  const present = vm.text('config.changeVersion') ?? '';
  if (change.changeVersion !== '' && change.changeVersion !== present) {
    throw new PortError('VsphereConcurrentChange', `${vm.ref.value} was changed meanwhile; it is read again before anything is done`);
  }
}

/** A port group that is gone is found out here, with the names of those that exist, instead of by a task that fails. */
async function refuseUnknownNetworks(calls: Calls, vm: ObjectProperties, { addSriovCards }: VmReconfigure): Promise<void> {
  if (addSriovCards.length > 0) {
    const networks = await readNetworks(calls, vm.text('runtime.host') ?? '');
    for (const card of addSriovCards) {
      requireNetwork(networks, card.network);
    }
  }
}

function factsOf(calls: Calls, vm: ObjectProperties): VmFacts {
  const devices = vm.items('config.hardware.device').filter((device) => REMOVABLE.has(device.type ?? ''));
  return {
    memoryMB: vm.number('config.hardware.memoryMB') ?? 0,
    passthroughDevices: new Map(devices.map((device) => [device.numberOf('key') ?? 0, device.type ?? ''])),
    automaticAddressType: calls.content.apiType === 'HostAgent' ? 'generated' : 'assigned',
  };
}
