/** Power operations on simulated VMs, with the refusals of vSphere. */
import type { Clock } from './clock.ts';
import type { InventoryHost } from './inventory.ts';
import type { InventoryHooks, VmOperation } from './inventoryHooks.ts';
import type { InventoryPassthrough } from './inventoryPassthrough.ts';
import type { SimVm } from './vm.ts';
import { needsReservedMemory } from './vmDevices.ts';
import { invalidPowerState, invalidState, SimFault, taskInProgress } from './vmFault.ts';
import { devicesAfterPowerOff, devicesAtPowerOn } from './vmPower.ts';

/** What power needs of the inventory around it. */
export interface PowerSurroundings {
  readonly clock: Clock;
  readonly hooks: InventoryHooks;
  readonly passthrough: InventoryPassthrough;
  /** Throws HostNotConnected while the VM's host is down. */
  reachableHost(vm: SimVm): InventoryHost;
  virtualFunctionOwner(hostId: string, address: string): number | undefined;
  nextWorldId(): number;
  powerChanged(vm: SimVm): void;
}

/** Each method throws SimFault where vSphere would refuse. */
export class InventoryPower {
  readonly #around: PowerSurroundings;

  constructor(around: PowerSurroundings) {
    this.#around = around;
  }

  on(vm: SimVm): void {
    const { view } = this.#around.reachableHost(vm);
    this.#check(vm, 'powerOn');
    if (vm.template) {
      throw new SimFault('NotSupported', 'The operation is not supported on the object.');
    }
    if (vm.powerState === 'poweredOn') {
      throw invalidPowerState('poweredOn', vm.powerState);
    }
    if (view.maintenanceMode) {
      throw invalidState();
    }
    vm.devices = devicesAtPowerOn(vm, {
      systemUuid: view.systemUuid,
      physicalFunctions: view.physicalFunctions,
      isPassthrough: (address) => this.#around.passthrough.active(view.id, address, view.bootTime.getTime()),
      isTaken: (address) => this.#around.virtualFunctionOwner(view.id, address) !== undefined,
    });
    vm.worldId = this.#around.nextWorldId();
    vm.counters.powerOns += 1;
    this.#set(vm, 'poweredOn');
  }

  off(vm: SimVm): void {
    this.#around.reachableHost(vm);
    this.#check(vm, 'powerOff');
    if (vm.powerState === 'poweredOff') {
      throw invalidPowerState('poweredOff', vm.powerState);
    }
    vm.counters.powerOffs += 1;
    this.#stop(vm, false);
  }

  /** Asks VMware Tools and returns; the VM goes off later, or never if its guest ignores the request. */
  shutdownGuest(vm: SimVm): void {
    this.#around.reachableHost(vm);
    this.#check(vm, 'shutdownGuest');
    if (vm.powerState !== 'poweredOn') {
      throw invalidPowerState('poweredOn', vm.powerState);
    }
    if (!vm.toolsRunning) {
      throw new SimFault('ToolsUnavailable', 'Cannot complete operation because VMware Tools is not running in this virtual machine.');
    }
    const run = vm.worldId;
    if (vm.guestShutdown === 'ignored') {
      return;
    }
    this.#around.clock.schedule(vm.guestShutdown, () => {
      if (vm.powerState === 'poweredOn' && vm.worldId === run) {
        vm.counters.guestShutdowns += 1;
        this.#stop(vm, true);
      }
    });
  }

  /** The host is gone, and the VM with it; or the guest died. */
  crash(vm: SimVm): void {
    vm.counters.crashes += 1;
    this.#stop(vm, false);
  }

  #check(vm: SimVm, operation: VmOperation): void {
    this.#around.hooks.run(operation, vm);
    if (vm.question !== undefined) {
      throw taskInProgress();
    }
  }

  #stop(vm: SimVm, orderly: boolean): void {
    vm.cleanPowerOff = orderly;
    vm.devices = devicesAfterPowerOff(vm);
    vm.worldId = undefined;
    this.#set(vm, 'poweredOff');
  }

  #set(vm: SimVm, state: SimVm['powerState']): void {
    vm.powerState = state;
    if (vm.devices.some(needsReservedMemory)) {
      vm.touch();
    }
    this.#around.powerChanged(vm);
  }
}
