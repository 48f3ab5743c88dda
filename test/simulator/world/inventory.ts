/**
 * The simulated vSphere inventory: hosts in datacenters and clusters, networks, VMs and their power. It knows nothing of
 * SOAP; endpoints (test/simulator/soap) show it as a vCenter or as a host's own API, and tests drive it directly.
 */
import { isIP } from 'node:net';
import { InventoryGuests } from '../guest/inventoryGuests.ts';
import { type Clock, realClock } from './clock.ts';
import type { SimHostView, SimVmsOfHost } from './contract.ts';
import { InventoryDrs } from './inventoryDrs.ts';
import { InventoryHooks } from './inventoryHooks.ts';
import { hostsOf, InventoryNetworks, type NewDistributedSwitch } from './inventoryNetworks.ts';
import { InventoryPassthrough } from './inventoryPassthrough.ts';
import { InventoryPower } from './inventoryPower.ts';
import { InventoryTasks } from './inventoryTasks.ts';
import type { SimNetworkSettings } from './networkSettings.ts';
import { type NewVm, SimVm } from './vm.ts';
import type { VmDevice } from './vmDevices.ts';
import { hostNotConnected } from './vmFault.ts';
import { reconfigureVm, type VmConfigChange } from './vmReconfigure.ts';

export interface HostPlacement {
  /** Default `dc-01`. */
  readonly datacenter?: string;
  /** Undefined: a standalone compute resource. */
  readonly cluster?: string;
  /** Standard port groups; default `VM Network`. */
  readonly portGroups?: readonly string[];
  /** Of its management interface (vmk0); default: the host's address where that is one, else one of 192.0.2.0/24. */
  readonly managementIp?: string;
  /** Memory of the host, in MB; default 512 GB. */
  readonly memoryMB?: number;
}

export interface InventoryHost {
  readonly number: number;
  readonly view: SimHostView;
  readonly datacenter: string;
  readonly cluster: string | undefined;
  readonly managementIp: string;
  /** Tests change it. */
  memoryMB: number;
}

export interface InventoryOptions {
  /** Duration of a task, milliseconds; default 3. */
  readonly taskMs?: number;
  readonly clock?: Clock;
  /** How a server refuses a passthrough device on a running VM; both are seen in the field. */
  readonly hotPlugFault?: 'DeviceHotPlugNotSupported' | 'InvalidPowerState';
}

/** Who asks for a change: the endpoint, since a vCenter and a host name generated MAC addresses differently. */
export type AddressType = 'assigned' | 'generated';

export class Inventory implements SimVmsOfHost {
  readonly clock: Clock;
  readonly networks: InventoryNetworks;
  readonly tasks: InventoryTasks;
  readonly hooks = new InventoryHooks();
  readonly passthrough = new InventoryPassthrough();
  readonly power: InventoryPower;
  readonly drs = new InventoryDrs(this);
  readonly guests = new InventoryGuests(this);
  readonly #hotPlugFault: 'DeviceHotPlugNotSupported' | 'InvalidPowerState';
  readonly #hosts = new Map<string, InventoryHost>();
  readonly #vms = new Map<number, SimVm>();
  readonly #vmsByHost = new Map<string, Set<SimVm>>();
  readonly #changeListeners = new Set<(hostId: string) => void>();
  readonly #powerListeners = new Set<() => void>();
  #lastNumber = 20;
  #structure = 0;
  #lastWorldId = 2_100_000;

  constructor(options: InventoryOptions = {}) {
    this.clock = options.clock ?? realClock;
    this.#hotPlugFault = options.hotPlugFault ?? 'DeviceHotPlugNotSupported';
    this.networks = new InventoryNetworks(() => this.#nextNumber());
    this.tasks = new InventoryTasks(options.taskMs ?? 3, this.clock, (task) => {
      const hostId = 'hostId' in task.subject ? task.subject.hostId : this.#vms.get(task.subject.vmNumber)?.hostId;
      this.#changed(hostId ?? '');
    });
    this.power = new InventoryPower({
      clock: this.clock,
      hooks: this.hooks,
      passthrough: this.passthrough,
      reachableHost: (vm) => this.#reachableHost(vm),
      virtualFunctionOwner: (hostId, address) => this.virtualFunctionOwner(hostId, address),
      nextWorldId: () => this.#nextWorldId(),
      powerChanged: (vm) => this.#powerChanged(vm),
    });
  }

  // --- what exists

  addHost(view: SimHostView, placement: HostPlacement = {}): InventoryHost {
    const datacenter = placement.datacenter ?? 'dc-01';
    const number = this.#nextNumber();
    const managementIp = placement.managementIp ?? (isIP(view.address) === 0 ? `192.0.2.${number % 250}` : view.address);
    const { memoryMB = 524_288 } = placement;
    const host: InventoryHost = { number, view, datacenter, cluster: placement.cluster, managementIp, memoryMB };
    this.passthrough.keptBy(view.id, view.passthrough);
    this.#hosts.set(view.id, host);
    this.#vmsByHost.set(view.id, new Set());
    for (const name of placement.portGroups ?? ['VM Network']) {
      this.networks.addPortGroup(view.id, datacenter, name);
    }
    view.onChange(() => this.#changed(view.id));
    this.#structure += 1;
    return host;
  }

  /** A host stands alone until it joins a cluster. */
  joinCluster(hostId: string, cluster: string): void {
    const host = this.#hosts.get(hostId);
    if (host !== undefined) this.#hosts.set(hostId, { ...host, cluster });
    this.#structure += 1;
  }

  addSwitch(spec: NewDistributedSwitch): ReturnType<InventoryNetworks['addSwitch']> {
    this.#structure += 1;
    return this.networks.addSwitch(spec);
  }

  /** Changes VLAN, MTU or policy of the port group with this name. */
  editNetwork(name: string, edit: (settings: SimNetworkSettings) => void): void {
    const network = this.networks.named(name);
    edit(network.settings);
    this.#structure += 1;
    for (const hostId of hostsOf(network)) this.#changed(hostId);
  }

  addVm(spec: NewVm): SimVm {
    const vm = new SimVm(this.#nextNumber(), spec);
    this.#vmsOf(spec.hostId).add(vm);
    this.#vms.set(vm.number, vm);
    this.#structure += 1;
    if (vm.powerState === 'poweredOn') {
      vm.worldId = this.#nextWorldId();
    }
    this.#changed(vm.hostId);
    return vm;
  }

  removeVm(vm: SimVm): void {
    this.#vms.delete(vm.number);
    this.#vmsOf(vm.hostId).delete(vm);
    this.#structure += 1;
    this.#changed(vm.hostId);
  }

  /** Registers the VM with another host, as a cold migration does. */
  moveVm(vm: SimVm, hostId: string): void {
    const from = vm.hostId;
    this.#vmsOf(from).delete(vm);
    this.#vmsOf(hostId).add(vm);
    vm.hostId = hostId;
    vm.touch();
    this.#structure += 1;
    this.#changed(from);
    this.#changed(hostId);
  }

  /** Changes whenever an object comes, goes or moves. */
  get structure(): number {
    return this.#structure;
  }

  hosts(): readonly InventoryHost[] {
    return [...this.#hosts.values()];
  }

  host(hostId: string): InventoryHost | undefined {
    return this.#hosts.get(hostId);
  }

  vms(): readonly SimVm[] {
    return [...this.#vms.values()];
  }

  vm(number: number): SimVm | undefined {
    return this.#vms.get(number);
  }

  vmsOfHost(hostId: string): readonly SimVm[] {
    return [...this.#vmsOf(hostId)];
  }

  /** Changes a VM behind everybody's back, as a person at another client does. */
  editVm(vm: SimVm, edit: (vm: SimVm) => void): void {
    this.hooks.edited(vm);
    edit(vm);
    vm.touch();
    this.#structure += 1;
    this.#changed(vm.hostId);
  }

  // --- configuration; power is in `power`

  /** Throws SimFault where vSphere would refuse, and then changes nothing. */
  reconfigure(vm: SimVm, change: VmConfigChange, ownAddressType: AddressType = 'assigned'): void {
    const host = this.#reachableHost(vm);
    this.hooks.run('reconfigure', vm);
    reconfigureVm(vm, change, {
      physicalFunctions: host.view.physicalFunctions,
      hasNetwork: (network) => this.networks.resolve(host.view.id, network) !== undefined,
      ownAddressType,
      hotPlugFault: this.#hotPlugFault,
    });
    this.#changed(vm.hostId);
  }

  setPassthrough(hostId: string, address: string, setting: { readonly enabled: boolean; readonly applied: boolean }): void {
    this.passthrough.set(hostId, address, { ...setting, now: this.clock.now() });
    this.#changed(hostId);
  }

  // --- SimVmsOfHost, and listening

  runningVms(
    hostId: string,
  ): readonly { readonly name: string; readonly worldId: number; readonly configFile: string; readonly uuid: string }[] {
    return this.vmsOfHost(hostId).flatMap((vm) =>
      vm.worldId === undefined ? [] : [{ name: vm.name, worldId: vm.worldId, configFile: vm.configFile, uuid: vm.biosUuid }],
    );
  }

  /** Also answers for a whole physical function that a running VM holds. */
  virtualFunctionOwner(hostId: string, address: string): number | undefined {
    return this.vmsOfHost(hostId).find((vm) => vm.worldId !== undefined && vm.devices.some((device) => holds(device, address)))?.worldId;
  }

  hostWentDown(hostId: string): void {
    for (const vm of this.vmsOfHost(hostId).filter((other) => other.worldId !== undefined)) {
      this.power.crash(vm);
    }
  }

  onPowerChange(listener: () => void): () => void {
    this.#powerListeners.add(listener);
    return () => this.#powerListeners.delete(listener);
  }

  /** Called back with the host that the changed object belongs to. Returns an unsubscribe. */
  onChange(listener: (hostId: string) => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  // --- private

  #vmsOf(hostId: string): Set<SimVm> {
    const vms = this.#vmsByHost.get(hostId);
    if (vms === undefined) {
      throw new Error(`Inventory: no host ${hostId}; call addHost first`);
    }
    return vms;
  }

  #reachableHost(vm: SimVm): InventoryHost {
    const host = this.#hosts.get(vm.hostId);
    if (host === undefined || !host.view.up) {
      throw hostNotConnected();
    }
    return host;
  }

  #powerChanged(vm: SimVm): void {
    this.#changed(vm.hostId);
    for (const listener of [...this.#powerListeners]) {
      listener();
    }
  }

  #changed(hostId: string): void {
    for (const listener of [...this.#changeListeners]) {
      listener(hostId);
    }
  }

  #nextNumber(): number {
    this.#lastNumber += 1;
    return this.#lastNumber;
  }

  #nextWorldId(): number {
    this.#lastWorldId += 7;
    return this.#lastWorldId;
  }
}

function holds(device: VmDevice, address: string): boolean {
  if (device.kind === 'Passthrough') {
    return device.backing.id === address;
  }
  return device.kind === 'Sriov' && device.virtualFunction === address;
}
