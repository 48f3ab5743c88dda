/** A firmware burn whose end nobody saw, in words. Pure. */
import type { UnfinishedBurn } from '../../ports/esxiHost.ts';
import type { Because } from '../fact.ts';

/** Milliseconds. Twice what a burn is waited for: one that has not told its end by then was killed, and will never tell it. */
export const LONGEST_BURN_MS = 3_600_000;

/** Why nothing is done meanwhile. Says the same at every look. */
export function becauseOfBurn({ device, begunUptimeMs }: UnfinishedBurn): Because<'FirmwareBurning'> {
  const at = Math.floor(begunUptimeMs / 1000);
  const message = `a firmware burn of ${device} is under way on the host, begun ${at} s after its start; nothing is done to the host until it ended (at most ${LONGEST_BURN_MS / 60_000} minutes)`;
  return { reason: 'FirmwareBurning', message };
}
