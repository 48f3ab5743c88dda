/** Time limits of the SSH layer, in milliseconds. */

export interface Timeouts {
  /** From the first packet to the end of the log-in. */
  readonly connectMs: number;
  /** For a command that gives no limit of its own. */
  readonly execMs: number;
  /** An unused connection is closed after this. */
  readonly idleMs: number;
  /** Between keep-alive requests; three in a row without an answer end the connection. */
  readonly keepaliveMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { connectMs: 20_000, execMs: 120_000, idleMs: 300_000, keepaliveMs: 15_000 };

const MINUTE = 60_000;

/** Commands that may take longer than the default. */
export const COMMAND_TIMEOUTS = {
  installVib: 20 * MINUTE,
  /** A burn takes some minutes; giving up on one too early would start the next beside it. */
  burnFirmware: 30 * MINUTE,
  upload: 60 * MINUTE,
  sha256: 10 * MINUTE,
  saveConfiguration: 5 * MINUTE,
  /** On top of the time that the host itself waits for VMs to go. */
  enterMaintenanceMode: 2 * MINUTE,
} as const;
