/** Short shell texts in a guest. None of them has anything in it that comes from outside the source. */
import type { Guest, GuestResult } from '../../../ports/guest.ts';

/** Time for a program that only reads. */
export const READ_TIMEOUT_MS = 30_000;

export function runShell(guest: Guest, text: string, signal: AbortSignal): Promise<GuestResult> {
  return guest.run({ program: '/bin/sh', args: ['-c', text], timeoutMs: READ_TIMEOUT_MS }, signal);
}
