/** `esxcli system stats uptime get`: a bare number of microseconds. */
import { notUnderstood } from '../outcome.ts';
import { shellCommand } from '../quote.ts';
import { wholeNumber } from '../text.ts';

export function uptimeCommand(): string {
  return shellCommand('esxcli', 'system', 'stats', 'uptime', 'get');
}

export function parseUptime(stdout: string): number {
  const microseconds = wholeNumber(stdout.trim());
  if (microseconds === undefined) throw notUnderstood('the time since boot', stdout);
  return microseconds;
}
