/** `flint b`: writes an image to a device's flash. */
import type { PortError } from '../../ports/errors.ts';
import type { ExecResult } from '../exec.ts';
import { failureOf } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';

/** One burn at a time per host, so one file will do. On the ramdisk, gone at the next boot. */
const BURN_LOG = '/tmp/esxi-sriov-operator-flint.log';

/**
 * `-y`, since without a terminal flint would abort; it also burns older and equal images without a word.
 *
 * The output goes to a file: flint ends in the middle of a burn on SIGPIPE and SIGHUP (mstflint flint/flint.cpp,
 * TerminationHandler), which a cut connection would cause while it prints its progress.
 */
export function flintBurnCommand(device: string, path: string): string {
  return `${shellCommand('/opt/mellanox/bin/flint', '-d', operand(device), '-i', operand(path), '-y', 'b')} >${BURN_LOG} 2>&1`;
}

/** What the last burn printed. */
export function burnLogCommand(): string {
  return shellCommand('cat', BURN_LOG);
}

/** With `psidMismatch` in `detail` where flint refused an image of another card; its wording changed over the releases. */
export function burnFailure(command: string, result: ExecResult): PortError {
  return failureOf(command, result, /PSID mismatch/i.test(result.stdout) ? { psidMismatch: true } : {});
}
