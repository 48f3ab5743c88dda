/** `esxcli hardware pci pcipassthru set`, of ESXi 7.0 and later: whether VMs get a PCI function as a whole from the next restart on. */
import type { PortError } from '../../ports/errors.ts';
import type { ExecResult } from '../exec.ts';
import { failureOf } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';

/** Without `-a`: the driver's max_vfs is a list by position, so a function comes and goes only with a restart. */
export function setPassthroughCommand(address: string, enabled: boolean): string {
  return shellCommand('esxcli', 'hardware', 'pci', 'pcipassthru', 'set', '-d', operand(address), '-e', enabled ? 'true' : 'false');
}

/** The state that is wanted already is reported as an error: `Device owner is already configured to passthru.` */
const ALREADY = /Device owner is already configured to (passthru|vmkernel)/i;
/** `Device ownership cannot be changed to passthru as it is used by vswitch vSwitch0 for uplink vmnic4`. */
const USED = /is used by vswitch (\S+) for uplink (\S+)/i;

/** Undefined where the function is configured as wanted. */
export function passthroughFailure(command: string, result: ExecResult): PortError | undefined {
  const text = `${result.stdout}\n${result.stderr}`;
  if (result.exitCode === 0 || ALREADY.test(text)) return undefined;
  const [, usedBySwitch, uplink] = USED.exec(text) ?? [];
  return failureOf(command, result, usedBySwitch === undefined || uplink === undefined ? {} : { usedBySwitch, uplink });
}
