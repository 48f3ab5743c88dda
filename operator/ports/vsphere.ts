/**
 * What the controllers need from the vSphere API, of a vCenter or of a standalone ESXi host. `vsphere/` implements it.
 * Managed object references are their plain values, for example `vm-42`; the kind is in the field's name.
 */
import type { TlsTrust } from './bmc.ts';
import type { Guest, GuestCredentials } from './guest.ts';
import type { PrivilegesOn } from './privileges.ts';

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

/** A whole PCI function in a VM, whoever added it. */
export interface PassthroughDevice {
  readonly key: number;
  /** Inventory label, for example `PCI device 0`. */
  readonly label: string;
  /** `0000:3b:00.0`; undefined for a device whose function vSphere chooses at power-on. */
  readonly physicalFunction: string | undefined;
}

export type NetworkBacking =
  | { readonly kind: 'Standard'; readonly portGroup: string; readonly networkMoRef: string | undefined }
  | { readonly kind: 'Distributed'; readonly portgroupKey: string; readonly switchUuid: string };

/** A network that a host offers; `name` is what users write. */
export interface VsphereNetwork {
  readonly name: string;
  readonly moRef: string;
  readonly backing: NetworkBacking;
  /** Left out where the server does not tell. */
  readonly settings?: NetworkSettings | undefined;
}

/** What a port group does with the traffic of a card, its switch included; each part is undefined where the server does not tell it. */
export interface NetworkSettings {
  readonly vlan: NetworkVlan | undefined;
  /** MTU of the switch, in bytes. */
  readonly mtu: number | undefined;
  /** Whether the port group accepts: true, or rejects: false. */
  readonly macAddressChanges: boolean | undefined;
  readonly forgedTransmits: boolean | undefined;
  readonly promiscuousMode: boolean | undefined;
}

export type NetworkVlan =
  /** Untagged with id 0; otherwise the switch tags (VST). */
  | { readonly kind: 'Id'; readonly id: number }
  /** The guest tags (VGT). Both ends of a range belong to it. */
  | { readonly kind: 'Trunk'; readonly ranges: readonly { readonly start: number; readonly end: number }[] }
  | { readonly kind: 'Private'; readonly id: number };

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
  /** Of a VM that is off: whether its last shutdown was an orderly one; left out where the server does not tell. */
  readonly cleanPowerOff?: boolean | undefined;
  /** Text of a pending question that blocks power operations. */
  readonly question: string | undefined;
  readonly sriovCards: readonly SriovCard[];
  /** MAC addresses of its other network cards; left out where they were not read. */
  readonly otherMacAddresses?: readonly string[];
  /** Number of its passthrough devices that are no SR-IOV cards; left out where they were not read. They need all memory reserved too. */
  readonly passthroughDevices?: number;
  /** The same devices, each; left out where they were not read. */
  readonly passthrough?: readonly PassthroughDevice[];
}

/** What a VM can have reserved where it is; undefined where the server does not tell. In MB. */
export interface ReservableMemory {
  /** Left in its resource pool, without what the VM itself has reserved while it runs. */
  readonly poolMB: number | undefined;
  /** All memory of its host. */
  readonly hostMB: number | undefined;
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

export interface AddPassthroughDevice {
  readonly physicalFunction: VspherePhysicalFunction;
  /** Of the host that the VM is on: a device with that of another does not power on. */
  readonly systemId: string;
}

/** One ReconfigVM_Task. `changeVersion` makes it optimistic: a VM changed meanwhile gives VsphereConcurrentChange. */
export interface VmReconfigure {
  readonly changeVersion: string;
  readonly addSriovCards: readonly AddSriovCard[];
  /** Whole physical functions; left out: none. */
  readonly addPassthroughDevices?: readonly AddPassthroughDevice[];
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

/** How a host is managed, as far as vSphere knows; each part is undefined where the server does not tell. */
export interface HostManagement {
  /** `connected`: what follows is what the host has now. */
  readonly connectionState: string;
  /** Whether an image of vSphere Lifecycle Manager manages its cluster, or the host itself. */
  readonly imageManaged: boolean | undefined;
  readonly lockdown: 'Disabled' | 'Normal' | 'Strict' | undefined;
  /** Whether the service TSM-SSH runs. */
  readonly sshRunning: boolean | undefined;
}

export interface VSphere {
  /**
   * The same server, whose inventory (hosts, networks, VMs) is read from memory that the server keeps up to date, a second or two behind; what
   * is not in memory is read from the server. Good for seeing that all is as it should be, never for acting. Left out: there is no such memory.
   */
  readonly remembered?: VSphere;
  /** `VirtualCenter` or `HostAgent`. */
  apiType(signal: AbortSignal): Promise<string>;
  /** With `address`: may leave out hosts that have it neither as their name nor as an IP address, which are many on a large vCenter. */
  hosts(signal: AbortSignal, address?: string): Promise<readonly VsphereHost[]>;
  networksOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly VsphereNetwork[]>;
  findVms(query: VmQuery, signal: AbortSignal): Promise<readonly VmSummary[]>;
  vm(moRef: string, signal: AbortSignal): Promise<Vm>;
  vmsOfHost(hostMoRef: string, signal: AbortSignal): Promise<readonly Vm[]>;
  /** systemId that this host wants in passthrough backings (QueryConfigTarget); `BYPASS` where it gives none. */
  systemId(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<string>;

  reservableMemory(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<ReservableMemory>;

  /** Those of `wanted` that the user of the session lacks; undefined where the server does not tell. */
  missingPrivileges(wanted: readonly PrivilegesOn[], signal: AbortSignal): Promise<readonly PrivilegesOn[] | undefined>;

  evacuationFacts(hostMoRef: string, signal: AbortSignal): Promise<EvacuationFacts>;
  /** Of one VM, in the cluster of this host; undefined takes its own level away, so that that of the cluster counts. */
  setDrsLevel(
    vmMoRef: string,
    override: { readonly hostMoRef: string; readonly level: DrsLevel | undefined },
    signal: AbortSignal,
  ): Promise<void>;
  hostManagement(hostMoRef: string, signal: AbortSignal): Promise<HostManagement>;
  /**
   * Resolves when the host is in maintenance mode. The task ends at the server after `timeoutSeconds`, and is cancelled when the time is up
   * here or `signal` aborts. Rejects with CommandTimedOut when running VMs hold it up; without `ended` in its detail it may go on.
   */
  enterMaintenanceMode(hostMoRef: string, timeoutSeconds: number, signal: AbortSignal): Promise<void>;
  exitMaintenanceMode(hostMoRef: string, signal: AbortSignal): Promise<void>;

  relocationFacts(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<RelocationFacts>;
  /** Resolves when the VM, which is off, belongs to the host; its files stay where they are. */
  relocate(vmMoRef: string, hostMoRef: string, signal: AbortSignal): Promise<void>;

  powerOn(vmMoRef: string, signal: AbortSignal): Promise<void>;
  powerOff(vmMoRef: string, signal: AbortSignal): Promise<void>;
  /** Asks VMware Tools; returns at once. The caller reads the power state. */
  shutdownGuest(vmMoRef: string, signal: AbortSignal): Promise<void>;
  /** Resolves when the power state is `state`; rejects with CommandTimedOut after `timeoutMs`. */
  waitForPowerState(vmMoRef: string, state: VmPowerState, timeoutMs: number, signal: AbortSignal): Promise<void>;
  reconfigure(vmMoRef: string, change: VmReconfigure, signal: AbortSignal): Promise<void>;

  /** The inside of a running VM; nothing is sent before the first call of what this returns. */
  guest(vmMoRef: string, credentials: GuestCredentials): Guest;
}

export interface VsphereTarget {
  /** `host` or `host:port`. */
  readonly server: string;
  readonly username: string;
  readonly password: string;
  readonly tls: TlsTrust;
}

/** What decides whether a VM can be moved to a host without moving its files. */
export interface RelocationFacts {
  /** Names of its datastores that the host does not reach. */
  readonly unreachableDatastores: readonly string[];
}

/** What changed on a server, as it tells by itself. */
export interface VsphereChange {
  /** As in the target, in lower case. */
  readonly server: string;
  /** New, changed or gone; `names` are those before and after the change, as they stand in the inventory. */
  readonly vms: readonly { readonly moRef: string; readonly names: readonly string[]; readonly instanceUuid: string }[];
  readonly hosts: readonly { readonly moRef: string; readonly name: string }[];
  /** True when networks, folders or datacenters changed. */
  readonly others: boolean;
}

export interface OpenOptions {
  /** Names a wish to try rejected credentials again before their time; each name counts once. */
  readonly retry?: string | undefined;
}

export interface VsphereConnector {
  /** One shared session per server and user; logs in on first use and again when the session expires. */
  open(target: VsphereTarget, options?: OpenOptions): VSphere;
  close(): Promise<void>;
}
