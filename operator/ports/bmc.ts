/** What the controllers need from a baseboard management controller. `redfish/` implements it. */

export type BmcPowerState = 'On' | 'Off' | 'PoweringOn' | 'PoweringOff' | 'Unknown';

export interface BmcSystem {
  readonly powerState: BmcPowerState;
  readonly manufacturer: string;
  readonly model: string;
  readonly serialNumber: string;
  /** `Actions/#ComputerSystem.Reset` AllowableValues; empty when the BMC does not list them. */
  readonly resetTypes: readonly string[];
}

export interface Bmc {
  system(signal: AbortSignal): Promise<BmcSystem>;
  /** Sends the reset; the power state follows later and is read with `system`. A machine already on is success. */
  powerOn(signal: AbortSignal): Promise<void>;
  /** Cuts power at once. Only after a clean shutdown timed out and only if the user allowed it. */
  forceOff(signal: AbortSignal): Promise<void>;
  /** Current BIOS attributes by their vendor names; undefined when this BMC offers none. */
  biosAttributes(signal: AbortSignal): Promise<Readonly<Record<string, string | number | boolean>> | undefined>;
  /** Attributes staged for the next restart; undefined when the BMC cannot tell. */
  pendingBiosAttributes(signal: AbortSignal): Promise<Readonly<Record<string, string | number | boolean>> | undefined>;
  stageBiosAttributes(attributes: Readonly<Record<string, string | number | boolean>>, signal: AbortSignal): Promise<void>;
}

export interface BmcTarget {
  readonly key: string;
  /** `https://bmc/redfish/v1/Systems/1`. */
  readonly systemUrl: string;
  readonly username: string;
  readonly password: string;
  readonly tls: TlsTrust;
}

/** How a server certificate is verified: by CA, or by the SHA-256 fingerprint of the certificate itself. Never off. */
export interface TlsTrust {
  /** PEM; undefined = the system's own roots. */
  readonly caBundle: string | undefined;
  /** 64 hex digits, with or without colons, any case; undefined = not pinned. */
  readonly certificateFingerprint: string | undefined;
}

export interface BmcConnector {
  open(target: BmcTarget): Bmc;
  close(): Promise<void>;
}
