/**
 * Where the simulated host (hostWorld.ts: shell, firmware, boot, BMC) and the simulated inventory (inventory.ts: VMs, networks, vCenter) meet.
 * Each side sees the other only through these interfaces.
 */

export interface SimPhysicalFunction {
  /** `0000:3b:00.0`. */
  readonly address: string;
  readonly vendorId: number;
  readonly deviceId: number;
  readonly deviceName: string;
  readonly vmnic: string | undefined;
  readonly macAddress: string;
  readonly linkType: 'Ethernet' | 'InfiniBand';
  /** Virtual functions that exist since the last boot; their PCI addresses by index. */
  readonly virtualFunctions: readonly string[];
  /** Entry in the configured max_vfs, in effect at the next boot. */
  readonly configuredVfs: number;
  /** Most that the device allows. */
  readonly maxVfs: number;
}

/** Physical functions that are given away whole. */
export interface SimPassthrough {
  enabled(address: string): boolean;
  active(address: string): boolean;
  /** `applied`: in effect without a restart. */
  set(address: string, setting: { readonly enabled: boolean; readonly applied?: boolean }): void;
}

/** What the inventory (SOAP side) sees of a host. */
export interface SimHostView {
  readonly id: string;
  readonly name: string;
  readonly address: string;
  readonly version: string;
  readonly build: string;
  readonly systemUuid: string;
  readonly username: string;
  readonly password: string;
  /** False while off, booting or shutting down: its own SOAP endpoint refuses connections, a vCenter says notResponding. */
  readonly up: boolean;
  readonly bootTime: Date;
  readonly maintenanceMode: boolean;
  /** Left out: no. */
  readonly lockdown?: boolean;
  readonly imageManaged?: boolean;
  /** Left out: it runs. */
  readonly sshRunning?: boolean;
  readonly physicalFunctions: readonly SimPhysicalFunction[];
  /** Left out where the inventory keeps it itself. */
  readonly passthrough?: SimPassthrough;
  /** Resolves false on timeout; true when no VM runs any more and the host is in maintenance mode. timeoutSeconds 0 = no limit. */
  enterMaintenanceMode(timeoutSeconds: number): Promise<boolean>;
  exitMaintenanceMode(): void;
  reboot(): void;
  /** Called back on every change that a property collector may show (power, maintenance mode, boot). Returns an unsubscribe. */
  onChange(listener: () => void): () => void;
}

/** What the host (shell side) sees of its VMs. */
export interface SimVmsOfHost {
  runningVms(
    hostId: string,
  ): readonly { readonly name: string; readonly worldId: number; readonly configFile: string; readonly uuid: string }[];
  /** World id of the running VM that uses this virtual function, or undefined. */
  virtualFunctionOwner(hostId: string, virtualFunction: string): number | undefined;
  /** The host lost power or rebooted: its running VMs are off now. */
  hostWentDown(hostId: string): void;
  /** Called back whenever a VM of any host changes power state. Returns an unsubscribe. */
  onPowerChange(listener: () => void): () => void;
}
