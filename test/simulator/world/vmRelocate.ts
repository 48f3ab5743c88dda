/** RelocateVM_Task of a VM that is off: the host changes, the files stay. */
import type { Inventory } from './inventory.ts';
import type { SimVm } from './vm.ts';
import { hostNotConnected, invalidPowerState, SimFault } from './vmFault.ts';

/** Throws SimFault where vSphere would refuse, and then changes nothing. */
export function relocateVm(inventory: Inventory, vm: SimVm, hostId: string): void {
  if (inventory.host(hostId)?.view.up !== true) throw hostNotConnected();
  inventory.hooks.run('relocate', vm);
  if (vm.powerState !== 'poweredOff') throw invalidPowerState('poweredOff', vm.powerState);
  if (vm.localFiles && vm.hostId !== hostId) {
    throw new SimFault('CannotAccessVmConfig', 'Unable to access the virtual machine configuration.');
  }
  inventory.moveVm(vm, hostId);
}
