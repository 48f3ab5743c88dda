/**
 * What the controllers need from the vSphere API, of a vCenter or of a standalone ESXi host. `vsphere/` implements it.
 * Managed object references are their plain values, for example `vm-42`; the kind is in the field's name.
 */
import type { TlsTrust } from './bmc.ts';

export type VmPowerState = 'poweredOn' | 'poweredOff' | 'suspended';

export interface VsphereHost {
  readonly moRef: string;
  readonly name: string;
  readonly ipAddresses: readonly string[];
  readonly connectionState: string;
  readonly inMaintenanceMode: boolean;
  readonly physicalFunctions: readonly VspherePhysicalFunction[];
}

/** An entry of `config.pciPassthruInfo`; `sriov` is undefined for a function that is no SR-IOV physical function. */
export interface VspherePhysicalFunction {
  /** `0000:3b:00.0`. */
  readonly id: string;
  readonly deviceName: string;
  /** As vSphere wants them back in a backing: hexadecimal text without prefix, for example `101d`. */
  readonly deviceIdHex: string;
  /** Signed, as on the wire (xsd:short). */
  readonly vendorId: number;
  readonly passthruActive: boolean;
  /** Of the uplink at this address (config.network.pnic); undefined where ESXi made no uplink or the adapter does not tell. */
  readonly macAddress?: string | undefined;
  readonly sriov:
    | { readonly enabled: boolean; readonly active: boolean; readonly requested: number; readonly present: number; readonly max: number }
    | undefined;
}

export interface VmSummary {
  readonly moRef: string;
  readonly name: string;
  readonly inventoryPath: string;
  readonly instanceUuid: string;
  readonly hostMoRef: string | undefined;
}

/** An SR-IOV card in a VM, whoever added it. */
export interface SriovCard {
  readonly key: number;
  /** Inventory label, for example `SR-IOV network adapter 1`. */
  readonly label: string;
  readonly macAddress: string;
  readonly addressType: string;
  /** Without the prefix `Automatic-` that vSphere puts before an automatically chosen physical function. */
  readonly physicalFunction: string | undefined;
  readonly automaticPhysicalFunction: boolean;
  readonly virtualFunction: string | undefined;
  readonly network: NetworkBacking | undefined;
  readonly allowGuestMtuChange: boolean | undefined;
}

export type NetworkBacking =
  | { readonly kind: 'Standard'; readonly portGroup: string; readonly networkMoRef: string | undefined }
  | { readonly kind: 'Distributed'; readonly portgroupKey: string; readonly switchUuid: string };

/** A network that a host offers; `name` is what users write. */
export interface VsphereNetwork {
  readonly name: string;
  readonly moRef: string;
  readonly backing: NetworkBacking;
}

export interface Vm {
  readonly moRef: string;
  readonly name: string;
  readonly instanceUuid: string;
  readonly hostMoRef: string;
  readonly powerState: VmPowerState;
  readonly connectionState: string;
  readonly template: boolean;
  readonly changeVersion: string;
  /** `vmx-19`. */
  readonly hardwareVersion: string;
  readonly memoryMB: number;
  readonly memoryReservationMB: number;
  readonly memoryLockedToMax: boolean;
  readonly toolsRunning: boolean;
  readonly hasSnapshot: boolean;
  /** Text of a pending question that blocks power operations. */
  readonly question: string | undefined;
  readonly sriovCards: readonly SriovCard[];
  /** MAC addresses of its other network cards; left out where they were not read. */
  readonly otherMacAddresses?: readonly string[];
  /** Number of its passthrough devices that are no SR-IOV cards; left out where they were not read. They need all memory reserved too. */
  readonly passthroughDevices?: number;
}

export interface AddSriovCard {
  readonly physicalFunction: VspherePhysicalFunction;
  readonly systemId: string;
  readonly network: NetworkBacking;
  /** Undefined: vSphere chooses. */
  readonly macAddress: string | undefined;
  /** Undefined: the element is left out, which is what drivers without the feature need. */
  readonly allowGuestMtuChange: boolean | undefined;
}

/** One ReconfigVM_Task. `changeVersion` makes it optimistic: a VM changed meanwhile gives VsphereConcurrentChange. */
export interface VmReconfigure {
  readonly changeVersion: string;
  readonly addSriovCards: readonly AddSriovCard[];
  readonly removeDeviceKeys: readonly number[];
  /** true = reserve and lock all memory; false = unlock; undefined = leave. */
  readonly lockMemory: boolean | undefined;
  /** MB; sent with an unlock to restore what was found. */
  readonly memoryReservationMB: number | undefined;
}

/** Exactly one of the fields is set; the caller deals with none or several results. */
export interface VmQuery {
  readonly name?: string;
  readonly inventoryPath?: string;
  readonly instanceUuid?: string;
  readonly moRef?: string;
}

export type DrsLevel = 'Off' | 'Manual' | 'PartiallyAutomated' | 'FullyAutomated';

/** What decides whether DRS empties a host that enters maintenance mode. */
export interface EvacuationFacts {
  /** Name of the cluster; undefined for a host that stands in none. */
  readonly cluster: string | undefined;
  /** Of the cluster. Only FullyAutomated moves VMs without being asked (vSphere resource management: DRS automation levels). */
  readonly drs: DrsLevel;
  /** Hosts of the cluster, besides this one, that are connected and not in maintenance mode. */
  readonly otherHosts: number;
  /** VMs with a level of their own, by managed object reference. */
  readonly levelOfVm: Readonly<Record<string, DrsLevel>>;
}

export interface VSphere {
  /** `VirtualCenter` or `HostAgent`. */
  apiType(signal: AbortSignal): Promise<string>;
  hosts(signal: AbortSignal): Promise<readonly VsphereHost[]>;
  networksOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly VsphereNetwork[]>;
  findVms(query: VmQuery, signal: AbortSignal): Promise<readonly VmSummary[]>;
  vm(moRef: string, signal: AbortSignal): Promise<Vm>;
  vmsOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly Vm[]>;
  /** systemId that this host wants in passthrough backings (QueryConfigTarget); `BYPASS` where it gives none. */
  systemId(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<string>;

  evacuationFacts(hostMoRef: string, signal: AbortSignal): Promise<EvacuationFacts>;
  /**
   * Resolves when the host is in maintenance mode. The task ends at the server after `timeoutSeconds`, and is cancelled when the time is up
   * here or `signal` aborts: nothing goes on behind the caller's back. Rejects with CommandTimedOut when running VMs hold it up.
   */
  enterMaintenanceMode(hostMoRef: string, timeoutSeconds: number, signal: AbortSignal): Promise<void>;
  exitMaintenanceMode(hostMoRef: string, signal: AbortSignal): Promise<void>;

  powerOn(vmMoRef: string, signal: AbortSignal): Promise<void>;
  powerOff(vmMoRef: string, signal: AbortSignal): Promise<void>;
  /** Asks VMware Tools; returns at once. The caller reads the power state. */
  shutdownGuest(vmMoRef: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the power state is `state`; rejects with CommandTimedOut after `timeoutMs`. */
  waitForPowerState(vmMoRef: string, state: VmPowerState, timeoutMs: number, signal: AbortSignal): Promise<void>;
  reconfigure(vmMoRef: string, change: VmReconfigure, signal: AbortSignal): Promise<void>;
}

export interface VsphereTarget {
  /** `host` or `host:port`. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  readonly tls: TlsTrust;
}

export interface VsphereConnector {
  /** One shared session per server and user; logs in on first use and again when the session expires. */
  open(target: VsphereTarget): VSphere;
  close(): Promise<void>;
}
