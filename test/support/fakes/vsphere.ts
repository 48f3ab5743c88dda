/**
 * A vSphere server in memory: one that keeps state and refuses what the real one refuses, as far as attachments can tell.
 * Virtual functions are assigned at power-on, keys of removed cards are used again, and a stale changeVersion is noticed.
 */
import type { PortError } from '../../../operator/ports/errors.ts';
import type { Privilege } from '../../../operator/ports/privileges.ts';
import type {
  EvacuationFacts,
  PassthroughDevice,
  ReservableMemory,
  SriovCard,
  Vm,
  VSphere,
  VsphereConnector,
  VsphereHost,
  VsphereNetwork,
  VsphereTarget,
} from '../../../operator/ports/vsphere.ts';
import type { SimGuest } from '../../simulator/guest/simGuest.ts';
import { taskFailed } from './vsphereParts.ts';
import { FakeSession } from './vsphereSession.ts';

export { fakeCard, fakePhysicalFunction, standardNetwork } from './vsphereParts.ts';

export type FakeVm = { -readonly [Field in keyof Vm]: Vm[Field] } & {
  inventoryPath: string;
  /** What the guest does when it is asked to shut down. */
  guest: 'obeys' | 'ignores';
};

export class FakeVsphere implements VsphereConnector {
  apiType = 'VirtualCenter';
  password = 'right';
  unreachable = false;
  /** Most memory that can be reserved for one VM, in MB. */
  reservableMB = Number.POSITIVE_INFINITY;
  /** True: no VM powers on that has an SR-IOV card. */
  refusesCards = false;
  /** What it tells about that beforehand. */
  reservable: ReservableMemory = { poolMB: undefined, hostMB: undefined };
  /** What the user may not do, whatever the object; undefined: the server does not tell. */
  lacking: readonly Privilege[] | undefined = [];
  readonly hosts = new Map<string, VsphereHost>();
  readonly networks = new Map<string, VsphereNetwork[]>();
  readonly vms = new Map<string, FakeVm>();
  /** What was written, for example `powerOff vm-1`. */
  readonly writes: string[] = [];
  readonly reads: string[] = [];
  /** Datastores of every VM that no other host reaches. */
  unreachableDatastores: readonly string[] = [];
  /** Of the cluster of every host. */
  drs: EvacuationFacts = { cluster: undefined, drs: 'Off', otherHosts: 0, levelOfVm: {} };
  rejectedLogins = 0;
  /** What is inside the VMs, by their references. */
  readonly guests = new Map<string, SimGuest>();
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
    if (vm.sriovCards.length + (vm.passthroughDevices ?? 0) > 0 && !vm.memoryLockedToMax) {
      throw taskFailed(`Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(${vm.memoryMB}).`, {
        situation: 'MemoryNotReserved',
      });
    }
    for (const device of vm.passthrough ?? []) this.#passThrough(device, vm, host);
    if (vm.sriovCards.length > 0 && this.refusesCards) {
      throw taskFailed('Device 59:0.0 is not a passthrough device.', { situation: 'PassthroughNotActive' });
    }
    vm.sriovCards = vm.sriovCards.map((card) => ({ ...card, virtualFunction: this.#assign(card, host) }));
    vm.powerState = 'poweredOn';
    vm.cleanPowerOff = undefined;
  }

  /** `orderly`: as a guest that shuts down does. */
  stop(vm: FakeVm, orderly = true): void {
    vm.powerState = 'poweredOff';
    vm.cleanPowerOff = orderly;
    vm.sriovCards = vm.sriovCards.map((card) => ({ ...card, virtualFunction: undefined }));
  }

  /** One running VM has it, and only where the host passes it through. */
  #passThrough({ physicalFunction }: PassthroughDevice, vm: FakeVm, host: VsphereHost | undefined): void {
    const active = host?.physicalFunctions.some(({ id, passthruActive }) => id === physicalFunction && passthruActive) === true;
    const taken = [...this.vms.values()].some(
      (other) =>
        other !== vm && other.powerState === 'poweredOn' && other.passthrough?.some((one) => one.physicalFunction === physicalFunction),
    );
    if (active && !taken) return;
    throw taskFailed(`Device ${physicalFunction} is not a passthrough device.`, { situation: 'PassthroughNotActive' });
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
