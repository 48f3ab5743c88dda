/** One simulated virtual machine: plain state with the version counting that vSphere does. Rules live in vmPower.ts and vmReconfigure.ts. */
import { type CardNetwork, standardHardware, type VmDevice } from './vmDevices.ts';
import type { SimPowerState } from './vmFault.ts';

/** What a test gives for a new VM; everything but `name` and `hostId` has a default. */
export interface NewVm {
  readonly name: string;
  readonly hostId: string;
  /** Folders beneath the datacenter's `vm` folder. */
  readonly folders?: readonly string[];
  readonly memoryMB?: number;
  /** Default `vmx-19`. */
  readonly hardwareVersion?: string;
  readonly powerState?: SimPowerState;
  /** Whether VMware Tools run while the VM does; default true. */
  readonly toolsInstalled?: boolean;
  readonly hasSnapshot?: boolean;
  readonly template?: boolean;
  /** Its files are on a datastore that only its host has. */
  readonly localFiles?: boolean;
  readonly instanceUuid?: string;
  /** Standard port groups, one vmxnet3 card for each. */
  readonly vmxnet3?: readonly string[];
}

/** What happened to a VM since it was made. */
export interface VmCounters {
  powerOns: number;
  /** Hard power-offs by API. */
  powerOffs: number;
  /** Shutdowns through VMware Tools that took effect. */
  guestShutdowns: number;
  /** Times the VM ran when its host lost power or rebooted. */
  crashes: number;
  reconfigures: number;
  /** vMotions by DRS. */
  migrations: number;
}

export class SimVm {
  /** Unique in the inventory; a vCenter calls the VM `vm-<number>`, its host `<number>`. */
  readonly number: number;
  readonly instanceUuid: string;
  readonly biosUuid: string;
  readonly counters: VmCounters = { powerOns: 0, powerOffs: 0, guestShutdowns: 0, crashes: 0, reconfigures: 0, migrations: 0 };
  name: string;
  hostId: string;
  folders: readonly string[];
  memoryMB: number;
  memoryReservationMB = 0;
  memoryLockedToMax = false;
  hardwareVersion: string;
  powerState: SimPowerState;
  /** Of a VM that is off: whether its last shutdown was an orderly one. */
  cleanPowerOff = true;
  toolsInstalled: boolean;
  hasSnapshot: boolean;
  template: boolean;
  readonly localFiles: boolean;
  /** Text of a pending question, which blocks power operations. */
  question: string | undefined;
  /** Milliseconds between the request and power off, or `ignored` by a hung guest. */
  guestShutdown: number | 'ignored' = 5;
  /** Of the running VM, else undefined. */
  worldId: number | undefined;
  devices: readonly VmDevice[];
  #revision = 0;
  readonly #createdAt = Date.now();

  constructor(number: number, spec: NewVm) {
    this.number = number;
    this.name = spec.name;
    this.hostId = spec.hostId;
    this.folders = spec.folders ?? [];
    this.memoryMB = spec.memoryMB ?? 8192;
    this.hardwareVersion = spec.hardwareVersion ?? 'vmx-19';
    this.powerState = spec.powerState ?? 'poweredOff';
    this.toolsInstalled = spec.toolsInstalled ?? true;
    this.hasSnapshot = spec.hasSnapshot ?? false;
    this.template = spec.template ?? false;
    this.localFiles = spec.localFiles ?? false;
    const digits = number.toString(16).padStart(12, '0');
    this.instanceUuid = spec.instanceUuid ?? `503f0000-5a1e-4c00-8000-${digits}`;
    this.biosUuid = `423f0000-5a1e-4c00-8000-${digits}`;
    this.devices = [...standardHardware(), ...(spec.vmxnet3 ?? []).map((portGroup, index) => newVmxnet3(number, index, portGroup))];
  }

  /** `/vmfs/volumes/...` path of the .vmx file. */
  get configFile(): string {
    return `/vmfs/volumes/64b1f0aa-5e7c2d10-9f3a-b8599faabbcc/${this.name}/${this.name}.vmx`;
  }

  get toolsRunning(): boolean {
    return this.toolsInstalled && this.powerState === 'poweredOn';
  }

  /** Changes with every change of the configuration; a reconfigure that names an old one gets ConcurrentAccess. */
  get changeVersion(): string {
    const micros = String(this.#revision % 1_000_000).padStart(6, '0');
    return `${new Date(this.#createdAt).toISOString().slice(0, 19)}.${micros}Z`;
  }

  /** What any change of the configuration does, whoever makes it. */
  touch(): void {
    this.#revision += 1;
  }
}

function newVmxnet3(vmNumber: number, index: number, portGroup: string): VmDevice {
  const network: CardNetwork = { kind: 'Standard', portGroup };
  return {
    kind: 'Vmxnet3',
    key: 4000 + index,
    label: `Network adapter ${index + 1}`,
    controllerKey: 100,
    unitNumber: 7 + index,
    network,
    macAddress: generatedMac(vmNumber, index),
    addressType: 'assigned',
  };
}

/** Unique per VM and card, in the range that VMware software assigns from. */
export function generatedMac(vmNumber: number, index: number): string {
  const bytes = [0x80 + (index & 0x3f), (vmNumber >> 8) & 0xff, vmNumber & 0xff];
  return `00:50:56:${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`;
}
