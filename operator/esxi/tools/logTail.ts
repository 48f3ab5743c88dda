/** The end of a log of the host: read only where something is wrong and the host may have written why. */
import { operand, shellCommand } from '../quote.ts';
import { linesOf } from '../text.ts';

const FILES = { vmkernel: '/var/log/vmkernel.log', vobd: '/var/log/vobd.log' } as const;

export type HostLog = keyof typeof FILES;

/** Some hundred lines: minutes on a busy host, days on a quiet one. */
export function logTailCommand(log: HostLog): string {
  return shellCommand('tail', '-n', operand('500'), FILES[log]);
}

export function parseLogTail(stdout: string): readonly string[] {
  return linesOf(stdout);
}
