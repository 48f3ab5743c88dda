/** What a look at a host shows: every fact is known, or unknown with its reason. Data only. */
import type { BmcSystem } from '../../ports/bmc.ts';
import type {
  EncryptionMode,
  EsxiVersion,
  FirmwareConfig,
  FirmwareVersions,
  MstDevice,
  PciFunction,
  RunningVm,
  UnfinishedBurn,
  Vib,
} from '../../ports/esxiHost.ts';
import type { Fact } from '../fact.ts';
import type { ObservedAdapter } from './adapters.ts';
import type { BiosValues } from './biosAttributes.ts';
import type { FunctionRequest } from './physicalFunctions.ts';
import type { HostVms } from './vms.ts';

export interface HostObservation {
  /** Unknown while the shell or hostd does not answer; then every other fact of the host is unknown too. */
  readonly host: Fact<HostBasics>;
  readonly vibs: Fact<readonly Vib[]>;
  readonly stagedVibs: Fact<readonly Vib[]>;
  readonly functions: Fact<readonly PciFunction[]>;
  readonly allAdapters: Fact<readonly ObservedAdapter[]>;
  /** Configured option string of nmlx5_core. */
  readonly driverOptions: Fact<string>;
  /** Empty: MFT is there, its kernel module is not loaded. */
  readonly mstDevices: Fact<readonly MstDevice[]>;
  /** A firmware burn whose end nobody saw yet; left out where there is none. */
  readonly burn?: Fact<UnfinishedBurn>;
  readonly adapters: readonly DeclaredAdapter[];
  /** By PCI address of the physical function, for every one with SR-IOV active. */
  readonly virtualFunctions: Fact<Readonly<Record<string, VirtualFunctionCount>>>;
  /** Undefined where nobody looked: see observePassthrough. */
  readonly passthrough?: {
    readonly requests: readonly FunctionRequest[];
    /** Virtual switch by uplink; undefined where no request needs it. */
    readonly uplinkUsers?: Fact<Readonly<Record<string, string>>>;
  };
  readonly runningVms: Fact<readonly RunningVm[]>;
  /** As vSphere has them; undefined while no plan rests on it, see observeVms. */
  readonly vms?: Fact<HostVms> | undefined;
  /** Undefined when no BMC is declared. */
  readonly bmc: Fact<BmcSystem> | undefined;
  /** Undefined when nobody asks: see observeBios. */
  readonly bios?: Fact<ObservedBios> | undefined;
  /** Undefined while no VIB is about to be installed, see observeSoftware. */
  readonly software?: SoftwarePreflight | undefined;
  /** Undefined while nothing is wrong that a log could explain, see observeLogs. */
  readonly logs?: { readonly flapping: readonly string[]; readonly driverErrors: readonly string[] } | undefined;
  /** `namespace/name` of a SriovHost that declared the same ESXi host earlier, see rules/twins. */
  readonly declaredBefore?: string;
  /** Only asked for while BIOS attributes are about to change. */
  readonly encryption?: Fact<EncryptionMode> | undefined;
}

export interface SoftwarePreflight {
  /** Undefined where no vCenter is declared, or nobody wants to know. */
  readonly imageManaged: Fact<boolean> | undefined;
  /** VIBs to install that have no signature of VMware or a partner. */
  readonly unsigned: readonly UnsignedVib[];
  /** Only asked for where such a VIB is about to be installed. */
  readonly secureBoot: Fact<boolean> | undefined;
}

export interface UnsignedVib {
  readonly name: string;
  readonly version: string;
  readonly location: string;
}

export interface ObservedBios {
  /** Undefined when the BMC offers none. */
  readonly current: BiosValues | undefined;
  /** What waits for the next start; undefined when the BMC does not let attributes be changed. */
  readonly staged: BiosValues | undefined;
}

export interface HostBasics {
  readonly version: EsxiVersion;
  readonly bootTime: Date;
  readonly uptimeMs: number;
  readonly maintenanceMode: boolean;
  readonly hostKeyFingerprint: string;
}

export interface VirtualFunctionCount {
  readonly present: number;
  readonly inUse: number;
}

/** One entry of spec.adapters, as found. */
export interface DeclaredAdapter {
  readonly name: string;
  readonly adapter: Fact<ObservedAdapter>;
  readonly mstDevice: Fact<string>;
  readonly config: Fact<FirmwareConfig>;
  readonly firmware: Fact<FirmwareVersions>;
  /** Only looked at while another version than the declared one is on flash. */
  readonly image: Fact<ObservedImage> | undefined;
  /** Whether the copy of an image from a URL lies on the host, whole; undefined for an image by path. */
  readonly staged: Fact<boolean> | undefined;
}

export interface ObservedImage {
  readonly path: string;
  readonly sha256: string;
  readonly version: string;
  readonly psid: string;
}
