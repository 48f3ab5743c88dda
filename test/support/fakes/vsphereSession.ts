/** One session with the vSphere server in memory: the port as the controllers use it. */
import { PortError } from '../../../operator/ports/errors.ts';
import type { Guest, GuestCredentials } from '../../../operator/ports/guest.ts';
import type { PrivilegesOn } from '../../../operator/ports/privileges.ts';
import type {
  DrsLevel,
  EvacuationFacts,
  HostManagement,
  RelocationFacts,
  ReservableMemory,
  Vm,
  VmPowerState,
  VmQuery,
  VmReconfigure,
  VmSummary,
  VSphere,
  VsphereHost,
  VsphereNetwork,
  VsphereTarget,
} from '../../../operator/ports/vsphere.ts';
import { FakeGuest } from './guest.ts';
import type { FakeVm, FakeVsphere } from './vsphere.ts';
import { changeDevices, newCard, taskFailed } from './vsphereParts.ts';

export class FakeSession implements VSphere {
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

  async reservableMemory(): Promise<ReservableMemory> {
    this.#read('reservableMemory');
    return this.#server.reservable;
  }

  async missingPrivileges(wanted: readonly PrivilegesOn[]): Promise<readonly PrivilegesOn[] | undefined> {
    this.#read('missingPrivileges');
    const { lacking } = this.#server;
    return lacking === undefined
      ? undefined
      : wanted
          .map((one) => ({ ...one, privileges: one.privileges.filter((id) => lacking.includes(id)) }))
          .filter(({ privileges }) => privileges.length > 0);
  }

  async hostManagement(): Promise<HostManagement> {
    this.#read('hostManagement');
    return { connectionState: 'connected', imageManaged: undefined, lockdown: undefined, sshRunning: undefined };
  }

  async relocationFacts(): Promise<RelocationFacts> {
    this.#read('relocationFacts');
    return { unreachableDatastores: this.#server.unreachableDatastores };
  }

  async relocate(moRef: string, hostMoRef: string): Promise<void> {
    this.#write('relocate', moRef, (vm) => {
      if (vm.powerState !== 'poweredOff') throw taskFailed('RelocateVM_Task failed (InvalidPowerState)');
      vm.hostMoRef = hostMoRef;
      vm.changeVersion = String(Number(vm.changeVersion) + 1);
    });
  }

  async evacuationFacts(): Promise<EvacuationFacts> {
    this.#read('evacuationFacts');
    return this.#server.drs;
  }

  async setDrsLevel(moRef: string, { level }: { readonly level: DrsLevel | undefined }): Promise<void> {
    this.#write('setDrsLevel', moRef, () => {
      const { [moRef]: _own, ...others } = this.#server.drs.levelOfVm;
      this.#server.drs = { ...this.#server.drs, levelOfVm: level === undefined ? others : { ...others, [moRef]: level } };
    });
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
    this.#write('powerOff', moRef, (vm) => this.#server.stop(vm, false));
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
      const cards = change.addSriovCards.length + (change.addPassthroughDevices ?? []).length + change.removeDeviceKeys.length;
      if (cards > 0 && vm.powerState !== 'poweredOff') throw taskFailed('ReconfigVM_Task failed (DeviceHotPlugNotSupported)');
      if (change.lockMemory === true && vm.memoryMB > this.#server.reservableMB) {
        throw taskFailed('ReconfigVM_Task failed (InsufficientHostMemoryCapacityFault)', { fault: 'InsufficientHostMemoryCapacityFault' });
      }
      vm.sriovCards = [...vm.sriovCards.filter(({ key }) => !change.removeDeviceKeys.includes(key))];
      for (const card of change.addSriovCards) vm.sriovCards = [...vm.sriovCards, newCard(vm, card)];
      changeDevices(vm, change);
      if (change.lockMemory !== undefined) vm.memoryLockedToMax = change.lockMemory;
      vm.memoryReservationMB = change.lockMemory ? vm.memoryMB : (change.memoryReservationMB ?? vm.memoryReservationMB);
      vm.changeVersion = String(Number(vm.changeVersion) + 1);
    });
  }

  guest(moRef: string, credentials: GuestCredentials): Guest {
    return new FakeGuest({
      guest: this.#server.guests.get(moRef),
      credentials,
      onCall: () => this.#read('guest'),
      afterWrite: (what) => {
        this.#server.writes.push(`guest ${what}`);
        this.#server.afterWrite(`guest ${what}`);
      },
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
