/** What a simulated host is made of: its release, its software, its adapters, its BIOS. Profiles fill these in. */
import type { Clock } from './clock.ts';
import type { HostFiles } from './hostFiles.ts';
import type { Misbehaviour } from './hostMisbehaviour.ts';

export interface EsxiRelease {
  /** `7.0.3`. */
  readonly version: string;
  /** Build number only, for example `24784741`. */
  readonly build: string;
  readonly update: number;
  readonly patch: number;
}

export interface SimVib {
  readonly name: string;
  readonly version: string;
  readonly vendor: string;
  /** `PartnerSupported`, `VMwareCertified`, ... as `vib list` prints it. */
  readonly acceptanceLevel: string;
  /** Oldest and newest ESXi release (`7.0`, `8.0`) it can be installed on; undefined = any. */
  readonly esxi?: readonly string[] | undefined;
}

export interface BiosProfile {
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Attribute that switches SR-IOV, and the value that means on. */
  readonly sriovAttribute: string;
  readonly sriovEnabledValue: string;
}

export interface HostProfile {
  readonly esxi: EsxiRelease;
  readonly vibs: readonly SimVib[];
  readonly bios: BiosProfile;
  readonly manufacturer: string;
  readonly model: string;
  /** ResetType values that the BMC allows. */
  readonly resetTypes: readonly string[];
}

/** One catalogue entry: everything that is the same on each card of that part number. */
export interface AdapterModel {
  readonly partNumber: string;
  readonly description: string;
  /** As the MFT tools print it, for example `ConnectX5`. */
  readonly deviceType: string;
  readonly deviceId: number;
  readonly vfDeviceId: number;
  /** `MT27800 Family [ConnectX-5]`, as in pci.ids. */
  readonly deviceName: string;
  readonly subVendorId: number;
  readonly subDeviceId: number;
  readonly psid: string;
  readonly firmwareVersion: string;
  readonly ports: 1 | 2;
  /** Can be switched between Ethernet and InfiniBand: then LINK_TYPE_Pn exists. */
  readonly vpi: boolean;
  /** Knows FORCE_ETH_PCI_SUBCLASS once ADVANCED_PCI_SETTINGS is set. */
  readonly forceEthSubclass: boolean;
  /** `max_vfs_per_pf` of the firmware. */
  readonly maxVfs: number;
}

export interface AdapterOptions {
  readonly model: AdapterModel;
  /** Of the first port; default: the next free slot. */
  readonly pciAddress?: string;
  /** `b8:59:9f:aa:bb:cc` of the first port; default: made from the host id. */
  readonly baseMac?: string;
  /** Default: the next free names. A name belongs to its port even while the port has no uplink. */
  readonly vmnics?: readonly string[];
  readonly psid?: string;
  readonly firmwareVersion?: string;
  /** Values that are already current and next, by name: `{ SRIOV_EN: 1, NUM_OF_VFS: 8 }`. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** A warm reboot activates nothing on this card, and mlxconfig says so. */
  readonly needsColdCycle?: boolean;
  readonly linkUp?: boolean;
}

/** Real milliseconds that each phase takes. */
export interface HostDurations {
  readonly shutdown: number;
  readonly boot: number;
  /** From the kernel being up to hostd answering. */
  readonly hostd: number;
  readonly burn: number;
}

export interface HostWorldOptions {
  readonly id: string;
  readonly name: string;
  readonly profile: HostProfile;
  readonly adapters?: readonly AdapterOptions[];
  readonly address?: string;
  readonly username?: string;
  readonly password?: string;
  /** Public keys (`ecdsa-sha2-nistp256 AAAA...`) that may log in as the user. */
  readonly authorizedKeys?: readonly string[];
  /** nmlx5_core options at the start, saved and loaded. */
  readonly moduleOptions?: string;
  readonly maintenanceMode?: boolean;
  readonly poweredOn?: boolean;
  /** Default: about twelve hours. */
  readonly uptimeMs?: number;
  readonly biosSriov?: boolean;
  /** PCI addresses that are passed through from the start. */
  readonly passthrough?: readonly string[];
  /** Uplinks by virtual switch; default: vSwitch0 has vmnic0. */
  readonly vswitches?: Readonly<Record<string, readonly string[]>>;
  /** Default: None. */
  readonly encryptionMode?: 'None' | 'TPM';
  /** UEFI Secure Boot; default: off. */
  readonly secureBoot?: boolean;
  /** An image of vSphere Lifecycle Manager manages its cluster; default: no. */
  readonly imageManaged?: boolean;
  readonly durations?: Partial<HostDurations>;
  readonly misbehaviour?: readonly Misbehaviour[];
  /** Datastores that it shares with other hosts. */
  readonly files?: HostFiles;
  readonly clock?: Clock;
}
