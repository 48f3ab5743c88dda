/**
 * What the controllers need from one ESXi host's shell, in our words. `esxi/` implements it over SSH.
 *
 * Contract of every method: reads change nothing; writes may be called again with the same arguments and end in the same
 * state; every call takes an AbortSignal and has its own time limit; failures are `PortError`s. PCI addresses are always
 * `ssss:bb:dd.f` in lower-case hexadecimal, whatever the host printed.
 */

export interface EsxiVersion {
  /** For example `VMware ESXi`; releases of VCF 9 may say `VMware ESX`. */
  readonly product: string;
  /** Dotted, for example `7.0.3`. */
  readonly version: string;
  /** For example `Releasebuild-24784741`. */
  readonly build: string;
}

export interface Vib {
  readonly name: string;
  readonly version: string;
  readonly vendor: string;
  readonly acceptanceLevel: string;
}

export interface VibInstallResult {
  readonly message: string;
  readonly rebootRequired: boolean;
  readonly installed: readonly string[];
  readonly removed: readonly string[];
  readonly skipped: readonly string[];
}

/** Where a VIB comes from: `vib` = absolute path or URL of one .vib (`-v`), `depot` = of an offline bundle .zip (`-d`). */
export type VibSource = { readonly kind: 'vib' | 'depot'; readonly location: string };

/** A VIB in a file; a field that the host does not tell is empty. */
export interface OfferedVib {
  readonly name: string;
  readonly version: string;
  /** VMwareCertified, VMwareAccepted, PartnerSupported or CommunitySupported. */
  readonly acceptanceLevel: string;
}

export interface PciFunction {
  readonly address: string;
  /** Numbers as in the PCI configuration space, for example 0x15b3. */
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subVendorId: number;
  readonly subDeviceId: number;
  /** Class and subclass, for example 0x0200 Ethernet, 0x0207 InfiniBand. */
  readonly deviceClass: number;
  readonly deviceName: string;
  /** `vmnic4`, or undefined where ESXi made no uplink of it. */
  readonly vmkernelName: string | undefined;
  /** The driver that owns it, for example `nmlx5_core`; undefined where none does. */
  readonly moduleName: string | undefined;
  /** `VMkernel`, `VM Passthru`, ... as printed. */
  readonly currentOwner: string;
  /** The same after the next restart; undefined or `Unknown` where the host does not tell. */
  readonly configuredOwner?: string | undefined;
  /** Whether it can be given to a VM as a whole; undefined where the host does not tell. */
  readonly passthruCapable?: boolean | undefined;
}

export interface Nic {
  readonly name: string;
  readonly pciAddress: string;
  readonly driver: string;
  readonly macAddress: string;
  readonly linkUp: boolean;
  readonly mtu: number;
}

/** A line of `mst status -vv`; `name` is exactly what the MFT tools take after `-d`. */
export interface MstDevice {
  readonly name: string;
  readonly pciAddress: string | undefined;
  readonly vmnic: string | undefined;
  readonly deviceType: string | undefined;
}

/** A firmware value as the tool prints it: `True(1)` -> label `True`, number 1; `16` -> number 16. */
export interface FirmwareValue {
  readonly raw: string;
  readonly label: string | undefined;
  readonly number: number | undefined;
}

/** One parameter of `mlxconfig -e q`. A column that the firmware cannot tell is undefined. */
export interface FirmwareParameter {
  readonly name: string;
  readonly default: FirmwareValue | undefined;
  readonly current: FirmwareValue | undefined;
  readonly next: FirmwareValue;
  readonly readOnly: boolean;
}

export interface FirmwareConfig {
  readonly device: string;
  readonly deviceType: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, FirmwareParameter>>;
  /** False when the firmware says that it cannot tell current values: then `current` is undefined everywhere. */
  readonly currentReadable: boolean;
  /** The tool printed this and failed: a parameter that is not among them may be there all the same. What it said. */
  readonly incomplete?: string;
}

/** The tool's own last word on what makes a new configuration current. */
export type Activation = 'Reboot' | 'PowerCycle' | 'Unknown';

export interface FirmwareVersions {
  /** Flashed version, for example `16.35.4030`. */
  readonly flashed: string;
  /** Equals `flashed` unless a burned image waits for a restart. */
  readonly running: string;
  readonly psid: string;
  readonly baseMac: string | undefined;
  readonly baseGuid: string | undefined;
}

export interface FirmwareImage {
  readonly version: string;
  readonly psid: string;
}

export interface ModuleOptions {
  readonly enabled: boolean;
  /** The configured option string, for example `max_vfs=8,8 pfctx=0x08`. */
  readonly options: string;
}

export interface ModuleParameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly description: string;
}

export interface VirtualFunction {
  readonly id: number;
  readonly pciAddress: string;
  /** True only while a powered-on VM uses it. */
  readonly active: boolean;
}

/** What seals the host's configuration: a TPM, or nothing. */
export type EncryptionMode = 'None' | 'TPM';

export interface RunningVm {
  readonly name: string;
  readonly worldId: string;
  readonly configFile: string;
}

export interface UnfinishedBurn {
  /** As `mst status` names it. */
  readonly device: string;
  /** How long the host had been up when it began, in milliseconds. */
  readonly begunUptimeMs: number;
}

export interface EsxiHost {
  /** SHA256 fingerprint of the host key that was accepted, `SHA256:...` as OpenSSH prints it. */
  readonly hostKeyFingerprint: string;

  version(signal: AbortSignal): Promise<EsxiVersion>;
  /** Time since boot in microseconds, the unit of `esxcli system stats uptime get`. */
  uptimeMicroseconds(signal: AbortSignal): Promise<number>;
  /** Releases that do not encrypt their configuration say `None`. */
  encryptionMode(signal: AbortSignal): Promise<EncryptionMode>;
  /** Whether this boot was verified by UEFI Secure Boot. */
  secureBoot(signal: AbortSignal): Promise<boolean>;

  vibs(signal: AbortSignal): Promise<readonly Vib[]>;
  /** What will run after the next reboot; equals `vibs` when nothing is staged. */
  stagedVibs(signal: AbortSignal): Promise<readonly Vib[]>;
  /** What a VIB file or an offline bundle holds; nothing is installed. */
  offeredVibs(source: VibSource, signal: AbortSignal): Promise<readonly OfferedVib[]>;
  /** Never with --force or --no-sig-check: a forced VIB makes a Secure Boot host unbootable. */
  installVib(source: VibSource, signal: AbortSignal): Promise<VibInstallResult>;

  pciFunctions(signal: AbortSignal): Promise<readonly PciFunction[]>;
  nics(signal: AbortSignal): Promise<readonly Nic[]>;

  /** Virtual switches that use each uplink, `vmnic4` -> `vSwitch0`; an uplink that none uses is not in it. */
  uplinkUsers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /**
   * Whether VMs get this function as a whole, from the next restart on. Needs ESXi 7.0. A function whose uplink a virtual switch uses is
   * refused with CommandFailed and `detail.usedBySwitch` and `detail.uplink`.
   */
  setPassthrough(address: string, enabled: boolean, signal: AbortSignal): Promise<void>;

  moduleOptions(module: string, signal: AbortSignal): Promise<ModuleOptions>;
  moduleParameters(module: string, signal: AbortSignal): Promise<readonly ModuleParameter[]>;
  /** Replaces the whole option string, as the host does; the caller merges. */
  setModuleOptions(module: string, options: string, signal: AbortSignal): Promise<void>;

  /** Loads the mst module; already loaded is success. Not persistent over a reboot. */
  startMst(signal: AbortSignal): Promise<void>;
  mstDevices(signal: AbortSignal): Promise<readonly MstDevice[]>;
  firmwareConfig(device: string, signal: AbortSignal): Promise<FirmwareConfig>;
  setFirmwareConfig(device: string, values: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Activation>;
  firmwareVersions(device: string, signal: AbortSignal): Promise<FirmwareVersions>;
  /** An image that flint cannot read, or whose content it finds damaged, is an error. */
  firmwareImage(path: string, signal: AbortSignal): Promise<FirmwareImage>;
  /** Burns with `-y`, which also downgrades and re-burns silently: the caller has compared versions and PSIDs. */
  burnFirmware(device: string, path: string, signal: AbortSignal): Promise<void>;
  /** The burn that began last since the host booted, where it has not told its end: it goes on without the connection that began it. */
  unfinishedBurn(signal: AbortSignal): Promise<UnfinishedBurn | undefined>;

  /** Names of the uplinks with SR-IOV active; empty when none. */
  sriovNics(signal: AbortSignal): Promise<readonly string[]>;
  virtualFunctions(vmnic: string, signal: AbortSignal): Promise<readonly VirtualFunction[]>;

  maintenanceMode(signal: AbortSignal): Promise<boolean>;
  /** Fails after `timeoutSeconds` if running VMs hold it up. */
  enterMaintenanceMode(timeoutSeconds: number, signal: AbortSignal): Promise<void>;
  exitMaintenanceMode(signal: AbortSignal): Promise<void>;
  runningVms(signal: AbortSignal): Promise<readonly RunningVm[]>;

  /** Both need maintenance mode. Returns when the host took the command or dropped the connection because of it. */
  reboot(reason: string, signal: AbortSignal): Promise<void>;
  powerOff(reason: string, signal: AbortSignal): Promise<void>;
  /** /sbin/auto-backup.sh: without it a power cut loses settings made since the last hourly backup (KB 313072). */
  saveConfiguration(signal: AbortSignal): Promise<void>;

  /** Some hundred lines from the end of a log. */
  logTail(log: 'vmkernel' | 'vobd', signal: AbortSignal): Promise<readonly string[]>;

  sha256(path: string, signal: AbortSignal): Promise<string>;
  fileExists(path: string, signal: AbortSignal): Promise<boolean>;
  upload(content: AsyncIterable<Uint8Array>, path: string, signal: AbortSignal): Promise<void>;
  removeFile(path: string, signal: AbortSignal): Promise<void>;
}

export interface EsxiCredentials {
  readonly username: string;
  readonly password: string | undefined;
  /** PEM or OpenSSH text; RSA or ECDSA, since ESXi's sshd (FIPS) takes no Ed25519. */
  readonly privateKey: string | undefined;
}

export interface EsxiTarget {
  /** Identity of the kept connection, `namespace/name` of the SriovHost. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly credentials: EsxiCredentials;
  /** Accepted `SHA256:` fingerprints. Empty with `trustOnFirstUse` means: accept the first and report it. */
  readonly hostKeyFingerprints: readonly string[];
  readonly trustOnFirstUse: boolean;
}

export interface EsxiConnector {
  /**
   * The kept connection for this target, opened (and authenticated, once) if need be; a changed target replaces it.
   * Rejected credentials are remembered for the target: a second call with the same ones fails without touching the host.
   */
  open(target: EsxiTarget, signal: AbortSignal): Promise<EsxiHost>;
  /** Ends the kept connection of a host that is gone or about to restart. */
  forget(key: string): void;
  close(): Promise<void>;
}
