/** `flint b`: writes an image to a device's flash. The burn leaves on the host that it began, and how it ended. */
import { PortError } from '../../ports/errors.ts';
import type { UnfinishedBurn } from '../../ports/esxiHost.ts';
import type { ExecResult } from '../exec.ts';
import { failureOf } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';

/** One burn at a time per host, so one file of each kind will do. On the ramdisk, gone at the next boot. */
const BURN_LOG = '/tmp/esxi-sriov-operator-flint.log';
const BURN_STATE = '/tmp/esxi-sriov-operator-flint.state';

/** None of flint's own, which are 0 to 9 (mstflint flint/flint.cpp); EX_TEMPFAIL of sysexits.h. */
const EXIT_NOT_BEGUN = 75;

/**
 * `-y`, since without a terminal flint would abort; it also burns older and equal images without a word.
 *
 * The output goes to a file: flint ends in the middle of a burn on SIGPIPE and SIGHUP (mstflint flint/flint.cpp,
 * TerminationHandler), which a cut connection would cause while it prints its progress. So a burn outlives the connection, and
 * the operator that began it: the state file tells whoever comes next. Without that file nothing is burned.
 */
export function flintBurnCommand(device: string, path: string, uptimeMicroseconds: number): string {
  const begun = shellCommand('echo', 'begun', String(uptimeMicroseconds), operand(device));
  return [
    `${begun} >${BURN_STATE} || exit ${EXIT_NOT_BEGUN}`,
    `${flintItself(device, path)} >${BURN_LOG} 2>&1`,
    'code=$?',
    `echo ended $code >>${BURN_STATE}`,
    'exit $code',
  ].join('; ');
}

function flintItself(device: string, path: string): string {
  return shellCommand('/opt/mellanox/bin/flint', '-d', operand(device), '-i', operand(path), '-y', 'b');
}

/** What the last burn printed. */
export function burnLogCommand(): string {
  return shellCommand('cat', BURN_LOG);
}

/** That a burn began since the host booted, and how it ended. No file: none began. */
export function burnStateCommand(): string {
  return shellCommand('cat', BURN_STATE);
}

/** Undefined where the last burn told its end, and where none began. */
export function parseUnfinishedBurn(stdout: string): UnfinishedBurn | undefined {
  const [, uptime, device] = stdout.match(/^begun (\d+) (\S+)\s*$/m) ?? [];
  if (uptime === undefined || device === undefined || /^ended /m.test(stdout)) return undefined;
  return { device, begunUptimeMs: Math.floor(Number(uptime) / 1000) };
}

/** Undefined where flint ran: then its log has the reason. */
export function notBegun({ exitCode }: ExecResult): PortError | undefined {
  if (exitCode !== EXIT_NOT_BEGUN) return undefined;
  const message = `the host cannot write ${BURN_STATE}, so the burn was not begun; free space on its ramdisk /tmp (vdf -h shows it)`;
  return new PortError('CommandFailed', message, { detail: { burnNotBegun: true } });
}

/** With `psidMismatch` in `detail` where flint refused an image of another card; its wording changed over the releases. */
export function burnFailure(device: string, path: string, result: ExecResult): PortError {
  return failureOf(flintItself(device, path), result, /PSID mismatch/i.test(result.stdout) ? { psidMismatch: true } : {});
}
