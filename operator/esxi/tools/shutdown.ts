/** `esxcli system shutdown reboot` and `poweroff`: clean, only in maintenance mode, with the reason in the host's log. */
import { operand, shellCommand } from '../quote.ts';

/** Seconds the host waits before it goes down (esxcli's own default): time enough for the exit status to arrive. */
const DELAY_SECONDS = '10';

export function rebootCommand(reason: string): string {
  return shellCommand('esxcli', 'system', 'shutdown', 'reboot', '-d', DELAY_SECONDS, '-r', operand(reason));
}

export function powerOffCommand(reason: string): string {
  return shellCommand('esxcli', 'system', 'shutdown', 'poweroff', '-d', DELAY_SECONDS, '-r', operand(reason));
}
