/**
 * One simulated ESXi host: a state machine without any protocol. SSH, Redfish and SOAP servers are thin views of it, and
 * property tests drive it directly. Time comes from its clock only.
 */
import { type Clock, realClock } from './clock.ts';
import type { SimHostView, SimPhysicalFunction, SimVmsOfHost } from './contract.ts';
import type { FirmwareAdapter } from './firmwareAdapter.ts';
import { HostAccounts } from './hostAccounts.ts';
import { placeAdapter, placeAdapters, resetAdapters } from './hostAdapters.ts';
import { HostBios } from './hostBios.ts';
import { HostCounters } from './hostCounters.ts';
import { DURATIONS, NO_VMS, TWELVE_HOURS, uuidOf } from './hostDefaults.ts';
import { HostFiles } from './hostFiles.ts';
import { type BootedFunction, bootFunctions, physicalFunctionsOf } from './hostFunctions.ts';
import { HostMaintenance } from './hostMaintenance.ts';
import { type Misbehaviour, Misbehaviours } from './hostMisbehaviour.ts';
import { HostModules, maxVfsOf } from './hostModules.ts';
import type { AdapterOptions, HostDurations, HostProfile, HostWorldOptions } from './hostOptions.ts';
import { HostPassthrough } from './hostPassthrough.ts';
import { HostPower, type ResetKind } from './hostPower.ts';
import { HostServices } from './hostServices.ts';
import { HostSoftware } from './hostSoftware.ts';
import { MftTools } from './mftTools.ts';

export class HostWorld implements SimHostView {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly profile: HostProfile;
  readonly systemUuid: string;
  readonly clock: Clock;
  readonly durations: HostDurations;
  readonly misbehaviours = new Misbehaviours();
  readonly counters = new HostCounters();
  readonly software: HostSoftware;
  readonly modules: HostModules;
  readonly bios: HostBios;
  /** What seals the configuration (`esxcli system settings encryption get`). */
  readonly encryptionMode: 'None' | 'TPM';
  readonly secureBoot: boolean;
  readonly imageManaged: boolean;
  readonly accounts: HostAccounts;
  readonly files: HostFiles;
  readonly mft: MftTools;
  readonly passthrough: HostPassthrough;
  /** Uplinks by virtual switch. */
  vswitches: Readonly<Record<string, readonly string[]>>;
  readonly #maintenance: HostMaintenance;
  readonly #power: HostPower;
  readonly #services: HostServices;
  readonly #listeners = new Set<() => void>();
  #adapters: readonly FirmwareAdapter[];
  #functions: readonly BootedFunction[] = [];
  #vms: SimVmsOfHost = NO_VMS;

  constructor(options: HostWorldOptions) {
    this.id = options.id;
    this.name = options.name;
    this.address = options.address ?? '127.0.0.1';
    this.profile = options.profile;
    this.systemUuid = uuidOf(options.id);
    this.clock = options.clock ?? realClock;
    this.durations = { ...DURATIONS, ...options.durations };
    for (const misbehaviour of options.misbehaviour ?? []) {
      this.misbehaviours.add(misbehaviour);
    }
    this.software = new HostSoftware(options.profile);
    this.modules = new HostModules(options.moduleOptions === undefined ? {} : { nmlx5_core: options.moduleOptions });
    this.bios = new HostBios(options.profile.bios, options.biosSriov);
    this.encryptionMode = options.encryptionMode ?? 'None';
    this.secureBoot = options.secureBoot ?? false;
    this.imageManaged = options.imageManaged ?? false;
    this.accounts = new HostAccounts(options, this);
    this.files = new HostFiles(options.files);
    this.passthrough = new HostPassthrough(options.passthrough);
    this.vswitches = options.vswitches ?? { vSwitch0: ['vmnic0'] };
    this.#adapters = placeAdapters(options.id, options.adapters ?? []);
    this.mft = new MftTools(this);
    this.#services = new HostServices(this);
    this.#maintenance = new HostMaintenance({
      hostId: options.id,
      clock: this.clock,
      enabled: options.maintenanceMode ?? false,
      changed: () => this.#changed(),
    });
    const start = { on: options.poweredOn ?? true, uptimeMs: options.uptimeMs ?? TWELVE_HOURS };
    this.#power = new HostPower(this, start, {
      wentDown: (clean) => this.#wentDown(clean),
      reset: (kind) => this.#reset(kind),
      bootInterrupted: () => this.software.boot(true),
      booted: () => this.#booted(),
      changed: () => this.#changed(),
    });
    this.#createFunctions();
  }

  get version(): string {
    return this.profile.esxi.version;
  }

  get build(): string {
    return this.profile.esxi.build;
  }

  get username(): string {
    return this.accounts.username;
  }

  get password(): string {
    return this.accounts.password;
  }

  get powerState(): HostPower['state'] {
    return this.#power.state;
  }

  get up(): boolean {
    return this.#power.state === 'on';
  }

  /** sshd answers: it does not after a boot that left the service stopped. */
  get sshListening(): boolean {
    return this.up && this.#services.ssh;
  }

  /** What a vCenter says of the service TSM-SSH. */
  get sshRunning(): boolean {
    return this.#services.ssh;
  }

  get lockdown(): boolean {
    return this.misbehaviours.active('lockdown') !== undefined;
  }

  /** hostd answers; without it esxcli fails. */
  get hostdReady(): boolean {
    return this.up && this.#services.hostd;
  }

  get bootTime(): Date {
    return new Date(this.#power.bootedAt);
  }

  get uptimeMs(): number {
    return this.clock.now() - this.#power.bootedAt;
  }

  get maintenanceMode(): boolean {
    return this.#maintenance.enabled;
  }

  get enteringMaintenanceMode(): boolean {
    return this.#maintenance.entering;
  }

  get adapters(): readonly FirmwareAdapter[] {
    return this.#adapters;
  }

  /** All functions of the simulated adapters, in PCI order, as the last boot found them. */
  get functions(): readonly BootedFunction[] {
    return this.#functions;
  }

  get vms(): SimVmsOfHost {
    return this.#vms;
  }

  get physicalFunctions(): readonly SimPhysicalFunction[] {
    return physicalFunctionsOf(this.#functions, maxVfsOf(this.modules.configured('nmlx5_core')));
  }

  /** Connects the host with the inventory that has its VMs. */
  attachVms(vms: SimVmsOfHost): void {
    this.#vms = vms;
  }

  misbehave(misbehaviour: Misbehaviour): void {
    this.misbehaviours.add(misbehaviour);
  }

  /** TSM-SSH started by hand. */
  startSshService(): void {
    this.#services.startSsh();
    this.#changed();
  }

  enterMaintenanceMode(timeoutSeconds: number): Promise<boolean> {
    return this.#maintenance.enter(timeoutSeconds, this.#vms);
  }

  exitMaintenanceMode(): void {
    this.#maintenance.exit();
  }

  /** Clean warm restart (`esxcli system shutdown reboot`, RebootHost_Task). Maintenance mode is the caller's check. */
  reboot(): void {
    this.#power.reboot();
  }

  /** Clean shutdown to off (`esxcli system shutdown poweroff`, BMC GracefulShutdown). */
  shutDown(): void {
    this.#power.shutDown();
  }

  /** BMC ForceOff, or the plug pulled. */
  forceOff(): void {
    this.#power.forceOff();
  }

  /** BMC ForceRestart. */
  forceRestart(): void {
    this.#power.forceRestart();
  }

  powerOn(): void {
    this.#power.powerOn();
  }

  /** Puts a further card in; the machine must be off. */
  addAdapter(options: AdapterOptions): FirmwareAdapter {
    if (this.#power.state !== 'off') {
      throw new Error('addAdapter: the host must be off');
    }
    const adapter = placeAdapter(this.id, options, this.#adapters);
    this.#adapters = [...this.#adapters, adapter];
    return adapter;
  }

  /** Gives a card another PCI address, as a further card or the BIOS can; the machine must be off. */
  moveAdapter(from: string, to: string): void {
    const adapter = this.#adapters.find(({ ports }) => ports[0]?.address === from);
    if (this.#power.state !== 'off' || adapter === undefined) {
      throw new Error(`moveAdapter: the host must be off and have an adapter at ${from}`);
    }
    adapter.moveTo(to);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Cancels what is scheduled; for the end of a test. */
  stop(): void {
    this.#power.stop();
    this.#maintenance.abandon();
  }

  #wentDown(clean: boolean): void {
    if (this.#vms.runningVms(this.id).length > 0) {
      this.counters[clean ? 'restartsWithRunningVms' : 'powerCutsWithRunningVms'] += 1;
    }
    if (clean) {
      this.modules.save();
      this.passthrough.save();
    }
    this.#maintenance.abandon();
    this.files.clearRamDisk();
    this.mft.unload();
    this.#vms.hostWentDown(this.id);
  }

  #reset(kind: ResetKind): void {
    this.bios.post(Object.keys(this.bios.pending).length > 0 && this.misbehaviours.take('biosIgnoresStaged') !== undefined);
    resetAdapters(this.#adapters, kind, this.misbehaviours);
  }

  #booted(): void {
    const reverted = this.software.rebootPending && this.misbehaviours.take('bootbankReverts') !== undefined;
    this.software.boot(reverted);
    this.modules.boot(reverted);
    this.passthrough.boot({ reverted, lost: this.misbehaviours.take('passthroughOffAfterBoot') !== undefined });
    this.#createFunctions();
    this.#services.boot();
  }

  #createFunctions(): void {
    this.#functions = bootFunctions(this.#adapters, {
      driverInstalled: this.software.has('nmlx5-core'),
      biosSriov: this.bios.sriovEnabled,
      maxVfs: maxVfsOf(this.modules.loaded('nmlx5_core')),
      most: this.misbehaviours.active('fewerVfsThanAsked')?.most ?? Number.POSITIVE_INFINITY,
      isPassedThrough: (address) => this.passthrough.active(address),
    });
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) {
      listener();
    }
  }
}
