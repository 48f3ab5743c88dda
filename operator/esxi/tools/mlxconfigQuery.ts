/** `mlxconfig -d DEV -e q`: default, current and next value of every firmware parameter. */
import type { FirmwareConfig, FirmwareParameter, FirmwareValue } from '../../ports/esxiHost.ts';
import type { ExecResult } from '../exec.ts';
import { failureOf, notUnderstood } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';
import { labelled, linesOf, wholeNumber } from '../text.ts';

/** Everything at once: a query by name fails as a whole when one name is unsupported. */
export function firmwareConfigCommand(device: string): string {
  return shellCommand('/opt/mellanox/bin/mlxconfig', '-d', operand(device), '-e', 'q');
}

type Column = 'default' | 'current' | 'next';

const COLUMN_WORDS: readonly (readonly [string, Column])[] = [
  ['Default', 'default'],
  ['Current', 'current'],
  ['Next Boot', 'next'],
];

/** A name begins with a capital, may hold small letters (EXP_ROM_UEFI_x86_ENABLE) and an index. */
const ROW = /^(\*?)\s*(RO\s+)?([A-Z][A-Za-z0-9_.]*(?:\[[0-9.]+\])?)\s+(\S.*)$/;

/**
 * The table, also when the exit code is 3 because some parameters could not be read: what was printed counts.
 * Columns come from the words of the heading; one blank may be all that separates two of them, so values are split at any.
 */
export function readFirmwareConfig(command: string, result: ExecResult): FirmwareConfig {
  const lines = linesOf(result.stdout);
  const heading = lines.findIndex((line) => /^\s*Configurations:/.test(line));
  const parameters = heading < 0 ? [] : rowsOf(lines.slice(heading + 1), columnsOf(lines[heading] ?? '', result.stdout));
  if (parameters.length === 0) {
    throw result.exitCode === 0 ? notUnderstood('the firmware configuration', result.stdout) : failureOf(command, result);
  }
  const above = lines.slice(0, heading).join('\n');
  return {
    device: labelled(above, 'Device') ?? labelled(above, 'PCI device') ?? '',
    deviceType: labelled(above, 'Device type') ?? '',
    description: labelled(above, 'Description') ?? '',
    parameters: Object.fromEntries(parameters.map((parameter) => [parameter.name, parameter])),
    currentReadable: parameters.some((parameter) => parameter.current !== undefined),
    ...(result.exitCode === 0 ? {} : { incomplete: failureOf(command, result).message }),
  };
}

/**
 * Firmware that cannot tell default or current values says so below the table, which then has fewer columns despite -e.
 * A single column is what the next boot takes, though older MFT heads it `Current`.
 */
function columnsOf(heading: string, stdout: string): readonly Column[] {
  const missing = stdout.match(/does not support reading ([a-z ]+) configurations?/i)?.[1]?.toLowerCase() ?? '';
  const named = COLUMN_WORDS.filter(([word]) => heading.includes(word))
    .sort(([one], [other]) => heading.indexOf(one) - heading.indexOf(other))
    .map(([, column]) => column);
  const columns = named.filter((column) => !missing.includes(column));
  return columns.length <= 1 ? ['next'] : columns;
}

function rowsOf(lines: readonly string[], columns: readonly Column[]): readonly FirmwareParameter[] {
  const end = lines.findIndex((line) => /^\s*(?:-[EWI]-|Device #)/.test(line));
  return lines.slice(0, end < 0 ? undefined : end).flatMap((line) => {
    const match = line.trim().match(ROW);
    const [, , readOnly, name = '', rest = ''] = match ?? [];
    if (!name.includes('_') && !/^[A-Z][A-Z0-9]{2,}$/.test(name)) return [];
    return [parameterOf({ name, readOnly: readOnly !== undefined, values: rest.trim().split(/\s+/), columns, line })];
  });
}

interface Row {
  readonly name: string;
  readonly readOnly: boolean;
  readonly values: readonly string[];
  readonly columns: readonly Column[];
  readonly line: string;
}

function parameterOf({ name, readOnly, values, columns, line }: Row): FirmwareParameter {
  if (values.length !== columns.length) throw notUnderstood(`the ${columns.length} value(s) of the firmware parameter ${name}`, line);
  const value = (column: Column): FirmwareValue | undefined => {
    const text = values[columns.indexOf(column)];
    return text === undefined ? undefined : firmwareValue(text);
  };
  const next = value('next');
  if (next === undefined) throw notUnderstood(`the value of ${name} at the next boot`, line);
  return { name, readOnly, next, default: value('default'), current: value('current') };
}

/** `True(1)`, `16`, `0x10`, `Array[0..7]`, `N/A`. */
function firmwareValue(raw: string): FirmwareValue {
  const labelledNumber = raw.match(/^(.+)\((\d+|0x[0-9a-f]+)\)$/i);
  if (labelledNumber === null) return { raw, label: undefined, number: wholeNumber(raw) };
  return { raw, label: labelledNumber[1], number: wholeNumber(labelledNumber[2]) };
}
