/** The look just before a write: the fact that it rests on, read once more. */
import { PortError } from '../../../ports/errors.ts';
import type { Vm, VSphere } from '../../../ports/vsphere.ts';

/** Before the VM loses its power: nobody moved or changed it since the plan was made. Resolves with the VM as it is. */
export async function unchanged(vsphere: VSphere, seen: Vm, signal: AbortSignal): Promise<Vm> {
  const vm = await vsphere.vm(seen.moRef, signal);
  if (vm.changeVersion !== seen.changeVersion) throw changed(vm, 'its configuration is another');
  if (vm.hostMoRef !== seen.hostMoRef) throw changed(vm, 'it is on another host');
  if (vm.question !== undefined) throw changed(vm, 'it waits for an answer to a question');
  return vm;
}

/** Before the reconfiguration: the VM is off, where it was, and has the cards that it had. Its changeVersion guards the write itself. */
export async function readyToReconfigure(vsphere: VSphere, seen: Vm, signal: AbortSignal): Promise<Vm> {
  const vm = await vsphere.vm(seen.moRef, signal);
  if (vm.powerState !== 'poweredOff') throw changed(vm, `it is ${vm.powerState}`);
  if (vm.hostMoRef !== seen.hostMoRef) throw changed(vm, 'it is on another host');
  if (cards(vm) !== cards(seen)) throw changed(vm, 'its SR-IOV cards or passthrough devices are others');
  return vm;
}

function cards(vm: Vm): string {
  const devices = (vm.passthrough ?? []).map(({ key, physicalFunction }) => `${key}=${physicalFunction ?? ''}`);
  return [...vm.sriovCards.map(({ key, macAddress }) => `${key}=${macAddress}`), ...devices].sort().join();
}

export function changed(vm: Vm, how: string): PortError {
  return new PortError('VsphereConcurrentChange', `VM ${vm.name} was changed since it was looked at: ${how}.`);
}
