/**
 * Every way in which the world outside Kubernetes can fail us, as one closed set of codes.
 *
 * Adapters (esxi/, vsphere/, redfish/) translate whatever they meet into a `PortError`; controllers map its `code` to a
 * condition reason in one table (api/reasons.ts). Messages end in conditions and events: they are stable (no times, no
 * request ids), contain no secrets, and say what to do where the adapter knows it.
 */

/** `transient`: the same call may succeed later, so back off. `terminal`: only a changed spec, Secret or world helps. */
export const PORT_ERROR_CODES = {
  HostUnreachable: 'transient',
  HostKeyMismatch: 'terminal',
  HostKeyUnknown: 'terminal',
  CredentialsRejected: 'terminal',
  CommandFailed: 'transient',
  CommandTimedOut: 'transient',
  ConnectionLost: 'transient',
  ToolMissing: 'transient',
  OutputNotUnderstood: 'transient',
  VsphereUnreachable: 'transient',
  VsphereCertificateUntrusted: 'terminal',
  VsphereCredentialsRejected: 'terminal',
  VspherePermissionDenied: 'terminal',
  VsphereFault: 'transient',
  VsphereTaskFailed: 'transient',
  VsphereObjectNotFound: 'transient',
  VsphereConcurrentChange: 'transient',
  GuestUnavailable: 'transient',
  GuestCredentialsRejected: 'terminal',
  GuestPermissionDenied: 'terminal',
  GuestProgramFailed: 'transient',
  BmcUnreachable: 'transient',
  BmcAddressInvalid: 'terminal',
  BmcCertificateUntrusted: 'terminal',
  BmcCredentialsRejected: 'terminal',
  BmcRequestFailed: 'transient',
  SecretNotFound: 'transient',
  SecretKeyMissing: 'transient',
  DownloadFailed: 'transient',
  DownloadRefused: 'terminal',
  DownloadChecksumMismatch: 'terminal',
  Aborted: 'transient',
} as const;

export type PortErrorCode = keyof typeof PORT_ERROR_CODES;

export interface PortErrorOptions {
  readonly cause?: unknown;
  /** Data that belongs to the code, for example `{ exitCode: 3, command: 'esxcli ...' }` or `{ fault: 'InvalidPowerState' }`. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

/** A failure at the border. `detail` is safe to log; `message` is safe to show to a user. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: PortErrorCode;
  readonly detail: Readonly<Record<string, string | number | boolean>>;

  constructor(code: PortErrorCode, message: string, options: PortErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.detail = options.detail ?? {};
  }

  /** True when nothing but a change by a person (spec, Secret, host) can help; the caller must not retry on a timer. */
  get terminal(): boolean {
    return PORT_ERROR_CODES[this.code] === 'terminal';
  }
}

export function isPortError(error: unknown, ...codes: readonly PortErrorCode[]): error is PortError {
  return error instanceof PortError && (codes.length === 0 || codes.includes(error.code));
}
