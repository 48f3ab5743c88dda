/** `mlxconfig -y -d DEV set NAME=VALUE ...`: stores values for the next boot. */

import type { PortError } from '../../ports/errors.ts';
import type { Activation } from '../../ports/esxiHost.ts';
import type { ExecResult } from '../exec.ts';
import { failureOf } from '../outcome.ts';
import { operand, refused, shellCommand } from '../quote.ts';

/** In the order of the names, so that the same wish is always the same command. */
export function setFirmwareConfigCommand(device: string, values: Readonly<Record<string, string>>): string {
  const names = Object.keys(values).sort();
  if (names.length === 0) throw refused(`no firmware parameter was given to set on ${device}`);
  const assignments = names.map((name) => assignment(name, values[name] ?? ''));
  return shellCommand('/opt/mellanox/bin/mlxconfig', '-y', '-d', operand(device), 'set', ...assignments.map(operand));
}

function assignment(name: string, value: string): string {
  if (!/^[A-Z][A-Za-z0-9_]{0,63}(?:\[\d+(?:\.\.\d+)?\])?$/.test(name) || !/^(?!-)[A-Za-z0-9_.()-]{1,64}$/.test(value)) {
    throw refused(`${JSON.stringify(`${name}=${value}`)} is no firmware parameter that mlxconfig could set; correct the spec`);
  }
  return `${name}=${value}`;
}

/** The tool's own last word on what makes the new values current; see {@link setFailure} when the exit code is not 0. */
export function parseActivation(stdout: string): Activation {
  const said = stdout.match(/^-I- .*$/gm)?.at(-1) ?? '';
  if (/power[ -]?cycle/i.test(said)) return 'PowerCycle';
  return /reboot/i.test(said) ? 'Reboot' : 'Unknown';
}

/**
 * What mlxconfig refused, with what a planner can use in `detail`: `parameter` with `maximum` ("larger than maximum
 * allowed N"; the stray apostrophe after the name is real), or `unsupportedParameter` (mstflint mlxcfg_status, mlxcfg_ui.cpp).
 */
export function setFailure(command: string, result: ExecResult): PortError {
  const text = result.stdout + result.stderr;
  const larger = text.match(/Parameter (\S+?)'? value is larger than maximum allowed (\d+)/);
  const unsupported = text.match(/Device doesn't support (\S+) parameter/) ?? text.match(/Unknown [Pp]arameter:? (\S+)/);
  return failureOf(command, result, {
    ...(larger === null ? {} : { parameter: larger[1] ?? '', maximum: Number(larger[2]) }),
    ...(unsupported === null ? {} : { unsupportedParameter: unsupported[1] ?? '' }),
  });
}
