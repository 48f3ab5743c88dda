/** `esxcli system maintenanceMode get` and `set`. */
import { notUnderstood } from '../outcome.ts';
import { shellCommand } from '../quote.ts';

export function maintenanceModeCommand(): string {
  return shellCommand('esxcli', 'system', 'maintenanceMode', 'get');
}

/** `Enabled` or `Disabled`; a host that is still entering says `Disabled`. */
export function parseMaintenanceMode(stdout: string): boolean {
  const word = stdout.trim();
  if (word !== 'Enabled' && word !== 'Disabled') throw notUnderstood('whether the host is in maintenance mode', stdout);
  return word === 'Enabled';
}

/** Waits on the host until running VMs are gone. Zero would wait for ever, so at least one second is sent. */
export function enterMaintenanceModeCommand(timeoutSeconds: number): string {
  return shellCommand('esxcli', 'system', 'maintenanceMode', 'set', '-e', 'true', '-t', String(Math.max(1, Math.trunc(timeoutSeconds))));
}

export function exitMaintenanceModeCommand(): string {
  return shellCommand('esxcli', 'system', 'maintenanceMode', 'set', '-e', 'false');
}
