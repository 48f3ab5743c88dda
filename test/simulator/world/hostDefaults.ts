/** What a simulated host has where nobody says otherwise. */
import { createHash } from 'node:crypto';
import type { SimVmsOfHost } from './contract.ts';
import type { HostDurations } from './hostOptions.ts';

export const DURATIONS: HostDurations = { shutdown: 50, boot: 150, hostd: 0, burn: 20 };
export const TWELVE_HOURS = 12 * 3_600_000;
export const NO_VMS: SimVmsOfHost = {
  runningVms: () => [],
  virtualFunctionOwner: () => undefined,
  hostWentDown: () => undefined,
  onPowerChange: () => () => undefined,
};

/** The same for the same host. */
export function uuidOf(id: string): string {
  const digits = createHash('sha256').update(id).digest('hex');
  return [digits.slice(0, 8), digits.slice(8, 12), `4${digits.slice(13, 16)}`, `a${digits.slice(17, 20)}`, digits.slice(20, 32)].join('-');
}
