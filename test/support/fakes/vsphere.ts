/**
 * A vSphere server in memory: one that keeps state and refuses what the real one refuses, as far as attachments can tell.
 * Virtual functions are assigned at power-on, keys of removed cards are used again, and a stale changeVersion is noticed.
 */
import { PortError } from '../../../operator/ports/errors.ts';
import type {
  EvacuationFacts,
  NetworkBacking,
  SriovCard,
  Vm,
  VmPowerState,
  VmQuery,
  VmReconfigure,
  VmSummary,
  VSphere,
  VsphereConnector,
  VsphereHost,
  VsphereNetwork,
  VspherePhysicalFunction,
  VsphereTarget,
} from '../../../operator/ports/vsphere.ts';

export type FakeVm = { -readonly [Field in keyof Vm]: Vm[Field] } & {
  inventoryPath: string;
  /** What the guest does when it is asked to shut down. */
  guest: 'obeys' | 'ignores';
};

const FIRST_CARD_KEY = 4000;

export class FakeVsphere implements VsphereConnector {
  apiType = 'VirtualCenter';
  password = 'right';
  unreachable = false;
  /** Most memory that can be reserved for one VM, in MB. */
  reservableMB = Number.POSITIVE_INFINITY;
  readonly hosts = new Map<string, VsphereHost>();
  readonly networks = new Map<string, VsphereNetwork[]>();
  readonly vms = new Map<string, FakeVm>();
  /** What was written, for example `powerOff vm-1`. */
  readonly writes: string[] = [];
  readonly reads: string[] = [];
  rejectedLogins = 0;
  /** Errors to throw in place of the next calls of a method. */
  readonly failures = new Map<string, PortError[]>();
  /** Called after each write took effect; may throw, as a crash of the operator does. */
  afterWrite: (what: string) => void = () => undefined;
  /** Called when somebody waits for a power state that does not come, with the time that the wait would have taken. */
  onWait: (milliseconds: number) => void = () => undefined;
  /** Called before each write, for what others do in between. */
  beforeWrite: (what: string) => void = () => undefined;

  open(target: VsphereTarget): VSphere {
    return new FakeSession(this, target);
  }

  async close(): Promise<void> {}

  addVm(vm: Partial<FakeVm> & Pick<FakeVm, 'moRef' | 'name' | 'hostMoRef'>): FakeVm {
    const added: FakeVm = {
      inventoryPath: `/dc/vm/${vm.name}`,
      instanceUuid: `uuid-${vm.moRef}`,
      powerState: 'poweredOff',
      connectionState: 'connected',
      template: false,
      changeVersion: '1',
      hardwareVersion: 'vmx-19',
      memoryMB: 4096,
      memoryReservationMB: 0,
      memoryLockedToMax: false,
      toolsRunning: true,
      hasSnapshot: false,
      question: undefined,
      sriovCards: [],
      otherMacAddresses: [],
      passthroughDevices: 0,
      guest: 'obeys',
      ...vm,
    };
    this.vms.set(added.moRef, added);
    return added;
  }

  /** What somebody does by hand: changes the VM behind the operator's back. */
  edit(moRef: string, change: (vm: FakeVm) => void): void {
    const vm = this.vms.get(moRef);
    if (vm === undefined) throw new Error(`the fake has no VM ${moRef}`);
    change(vm);
    vm.changeVersion = String(Number(vm.changeVersion) + 1);
  }

  /** Powers on as the server does: assigns virtual functions, or fails. */
  start(vm: FakeVm): void {
    const host = this.hosts.get(vm.hostMoRef);
    if (host?.inMaintenanceMode === true) throw taskFailed('PowerOnVM_Task failed (InvalidState)', { fault: 'InvalidState' });
    if (vm.sriovCards.length > 0 && !vm.memoryLockedToMax) {
      throw taskFailed(`Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(${vm.memoryMB}).`);
    }
    vm.sriovCards = vm.sriovCards.map((card) => ({ ...card, virtualFunction: this.#assign(card, host) }));
    vm.powerState = 'poweredOn';
  }

  stop(vm: FakeVm): void {
    vm.powerState = 'poweredOff';
    vm.sriovCards = vm.sriovCards.map((card) => ({ ...card, virtualFunction: undefined }));
  }

  #assign({ physicalFunction, key }: SriovCard, host: VsphereHost | undefined): string {
    const present = host?.physicalFunctions.find(({ id }) => id === physicalFunction)?.sriov?.present ?? 0;
    const used = new Set([...this.vms.values()].flatMap(({ sriovCards }) => sriovCards.map(({ virtualFunction }) => virtualFunction)));
    const all = Array.from({ length: present }, (_, index) => `${physicalFunction?.slice(0, -4)}${10 + index}.${key % 8}`);
    const free = all.find((address) => ![...used].some((other) => other?.slice(0, -2) === address.slice(0, -2)));
    if (free !== undefined) return free;
    const text = `No SR-IOV virtual function (VF) is available for given physical function (PF) (${physicalFunction}).`;
    throw taskFailed(text, { noVirtualFunction: true });
  }
}

export function fakePhysicalFunction(id: string, present: number): VspherePhysicalFunction {
  const sriov = { enabled: true, active: present > 0, requested: present, present, max: 16 };
  return { id, deviceName: 'ConnectX-6', deviceIdHex: '101b', vendorId: 0x15b3, passthruActive: false, sriov };
}

export function fakeCard(key: number, more: Partial<SriovCard> = {}): SriovCard {
  return {
    key,
    label: `SR-IOV network adapter ${key - FIRST_CARD_KEY + 1}`,
    macAddress: `00:50:56:00:00:${(key % 256).toString(16).padStart(2, '0')}`,
    addressType: 'assigned',
    physicalFunction: undefined,
    automaticPhysicalFunction: false,
    virtualFunction: undefined,
    network: undefined,
    allowGuestMtuChange: undefined,
    ...more,
  };
}

function taskFailed(message: string, detail: Readonly<Record<string, string | boolean>> = {}): PortError {
  return new PortError('VsphereTaskFailed', message, { detail });
}

class FakeSession implements VSphere {
  readonly #server: FakeVsphere;
  readonly #target: VsphereTarget;

  constructor(server: FakeVsphere, target: VsphereTarget) {
    this.#server = server;
    this.#target = target;
  }

  async apiType(): Promise<string> {
    this.#read('apiType');
    return this.#server.apiType;
  }

  async hosts(): Promise<readonly VsphereHost[]> {
    this.#read('hosts');
    return [...this.#server.hosts.values()];
  }

  async networksOfHost(hostMoRef: string): Promise<readonly VsphereNetwork[]> {
    this.#read('networksOfHost');
    return this.#server.networks.get(hostMoRef) ?? [];
  }

  async findVms(query: VmQuery): Promise<readonly VmSummary[]> {
    this.#read('findVms');
    const fields = ['name', 'inventoryPath', 'instanceUuid', 'moRef'] as const;
    return [...this.#server.vms.values()].filter((vm) => fields.every((field) => query[field] === undefined || query[field] === vm[field]));
  }

  async vm(moRef: string): Promise<Vm> {
    this.#read('vm');
    const { inventoryPath: _path, guest: _guest, ...vm } = this.#find(moRef);
    return { ...vm };
  }

  async vmsOfHost(hostMoRef: string): Promise<readonly Vm[]> {
    this.#read('vmsOfHost');
    return [...this.#server.vms.values()].filter((vm) => vm.hostMoRef === hostMoRef).map((vm) => ({ ...vm }));
  }

  async systemId(): Promise<string> {
    this.#read('systemId');
    return 'BYPASS';
  }

  async evacuationFacts(): Promise<EvacuationFacts> {
    this.#read('evacuationFacts');
    return { cluster: undefined, drs: 'Off', otherHosts: 0, levelOfVm: {} };
  }

  async enterMaintenanceMode(hostMoRef: string): Promise<void> {
    this.#setMaintenance(hostMoRef, true);
  }

  async exitMaintenanceMode(hostMoRef: string): Promise<void> {
    this.#setMaintenance(hostMoRef, false);
  }

  async powerOn(moRef: string): Promise<void> {
    this.#write('powerOn', moRef, (vm) => {
      if (vm.powerState !== 'poweredOn') this.#server.start(vm);
    });
  }

  async powerOff(moRef: string): Promise<void> {
    this.#write('powerOff', moRef, (vm) => this.#server.stop(vm));
  }

  async shutdownGuest(moRef: string): Promise<void> {
    this.#write('shutdownGuest', moRef, (vm) => {
      if (!vm.toolsRunning)
        throw new PortError('VsphereFault', 'ShutdownGuest failed (ToolsUnavailable)', { detail: { fault: 'ToolsUnavailable' } });
      if (vm.guest === 'obeys') this.#server.stop(vm);
    });
  }

  async waitForPowerState(moRef: string, state: VmPowerState, timeoutMs: number): Promise<void> {
    this.#read('waitForPowerState');
    if (this.#find(moRef).powerState === state) return;
    this.#server.onWait(timeoutMs);
    if (this.#find(moRef).powerState !== state) throw new PortError('CommandTimedOut', `${moRef} is not ${state} yet`);
  }

  async reconfigure(moRef: string, change: VmReconfigure): Promise<void> {
    this.#write('reconfigure', moRef, (vm) => {
      if (change.changeVersion !== vm.changeVersion) throw new PortError('VsphereConcurrentChange', `${moRef} was changed meanwhile`);
      const cards = change.addSriovCards.length + change.removeDeviceKeys.length;
      if (cards > 0 && vm.powerState !== 'poweredOff') throw taskFailed('ReconfigVM_Task failed (DeviceHotPlugNotSupported)');
      if (change.lockMemory === true && vm.memoryMB > this.#server.reservableMB) {
        throw taskFailed('ReconfigVM_Task failed (InsufficientHostMemoryCapacityFault)', { fault: 'InsufficientHostMemoryCapacityFault' });
      }
      vm.sriovCards = [...vm.sriovCards.filter(({ key }) => !change.removeDeviceKeys.includes(key))];
      for (const card of change.addSriovCards) vm.sriovCards = [...vm.sriovCards, newCard(vm, card)];
      if (change.lockMemory !== undefined) vm.memoryLockedToMax = change.lockMemory;
      vm.memoryReservationMB = change.lockMemory ? vm.memoryMB : (change.memoryReservationMB ?? vm.memoryReservationMB);
      vm.changeVersion = String(Number(vm.changeVersion) + 1);
    });
  }

  #setMaintenance(hostMoRef: string, inMaintenanceMode: boolean): void {
    const host = this.#server.hosts.get(hostMoRef);
    if (host === undefined) throw new PortError('VsphereObjectNotFound', `${hostMoRef} does not exist`);
    this.#server.hosts.set(hostMoRef, { ...host, inMaintenanceMode });
  }

  #find(moRef: string): FakeVm {
    const vm = this.#server.vms.get(moRef);
    if (vm === undefined) throw new PortError('VsphereObjectNotFound', `${moRef} does not exist`);
    return vm;
  }

  #read(method: string): void {
    this.#server.reads.push(method);
    this.#enter(method);
  }

  #write(method: string, moRef: string, effect: (vm: FakeVm) => void): void {
    const what = `${method} ${moRef}`;
    this.#server.beforeWrite(what);
    this.#enter(method);
    effect(this.#find(moRef));
    this.#server.writes.push(what);
    this.#server.afterWrite(what);
  }

  #enter(method: string): void {
    if (this.#server.unreachable) throw new PortError('VsphereUnreachable', `${this.#target.server} does not answer`);
    if (this.#target.password !== this.#server.password) {
      this.#server.rejectedLogins += 1;
      throw new PortError('VsphereCredentialsRejected', `${this.#target.server} rejects user ${this.#target.username}`);
    }
    const failure = this.#server.failures.get(method)?.shift();
    if (failure !== undefined) throw failure;
  }
}

function newCard(vm: FakeVm, card: VmReconfigure['addSriovCards'][number]): SriovCard {
  const taken = new Set(vm.sriovCards.map(({ key }) => key));
  let key = FIRST_CARD_KEY;
  while (taken.has(key)) key += 1;
  return fakeCard(key, {
    macAddress:
      card.macAddress ??
      `00:50:56:80:${vm.moRef.replace(/\D/g, '').padStart(2, '0').slice(-2)}:${(Number(vm.changeVersion) % 256).toString(16).padStart(2, '0')}`,
    addressType: card.macAddress === undefined ? 'assigned' : 'manual',
    physicalFunction: card.physicalFunction.id,
    network: card.network,
    allowGuestMtuChange: card.allowGuestMtuChange,
  });
}

export function standardNetwork(name: string): VsphereNetwork {
  const backing: NetworkBacking = { kind: 'Standard', portGroup: name, networkMoRef: `network-${name}` };
  return { name, moRef: `network-${name}`, backing };
}
