/** DRS, as far as maintenance mode goes: which VMs of a host it moves to other hosts of the cluster, and which not. */
import type { Inventory } from './inventory.ts';
import type { SimVm } from './vm.ts';
import { needsReservedMemory } from './vmDevices.ts';

export type SimDrsLevel = 'Off' | 'Manual' | 'PartiallyAutomated' | 'FullyAutomated';

export class InventoryDrs {
  readonly #inventory: Inventory;
  readonly #levels = new Map<string, SimDrsLevel>();
  readonly #ownLevels = new Map<number, SimDrsLevel>();

  constructor(inventory: Inventory) {
    this.#inventory = inventory;
  }

  /** Of a cluster; a new one is fully automated. */
  setLevel(cluster: string, level: SimDrsLevel): void {
    this.#levels.set(cluster, level);
  }

  /** The override of one VM; undefined: none. */
  setLevelOfVm(vm: SimVm, level: SimDrsLevel | undefined): void {
    if (level === undefined) this.#ownLevels.delete(vm.number);
    else this.#ownLevels.set(vm.number, level);
  }

  levelOf(cluster: string): SimDrsLevel {
    return this.#levels.get(cluster) ?? 'FullyAutomated';
  }

  ownLevelOf(vm: SimVm): SimDrsLevel | undefined {
    return this.#ownLevels.get(vm.number);
  }

  /** Moves what can move. A VM with a passthrough device stays (vSphere Networking guide, SR-IOV: no vMotion), as does one with a question. */
  evacuate(hostId: string): void {
    const cluster = this.#inventory.host(hostId)?.cluster;
    if (cluster === undefined) {
      return;
    }
    const target = this.#inventory
      .hosts()
      .find(({ view, cluster: other }) => view.id !== hostId && other === cluster && view.up && !view.maintenanceMode);
    if (target === undefined) {
      return;
    }
    for (const vm of this.#inventory.vmsOfHost(hostId)) {
      if (vm.powerState === 'poweredOn' && this.#moves(vm, cluster)) {
        this.#inventory.moveVm(vm, target.view.id);
        vm.counters.migrations += 1;
      }
    }
  }

  #moves(vm: SimVm, cluster: string): boolean {
    const level = this.levelOf(cluster) === 'Off' ? 'Off' : (this.ownLevelOf(vm) ?? this.levelOf(cluster));
    return level === 'FullyAutomated' && vm.question === undefined && !vm.devices.some(needsReservedMemory);
  }
}
