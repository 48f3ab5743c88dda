/** Builds every shell command the operator sends to a host: the only place that quotes, and the only list of options that exist. */
import { PortError } from '../ports/errors.ts';
import { withoutUserInfo } from './text.ts';

/** A value from outside the source (spec, Secret, device output), to be quoted whatever it contains. */
export interface Operand {
  readonly operand: string;
}

/** The programs the operator runs, each with every option it may ever be given. What is not listed cannot be sent. */
const KNOWN_OPTIONS = {
  esxcli: ['--formatter=xml', '--rebooting-image', '-d', '-v', '-m', '-n', '-e', '-t', '-r'],
  'esxcfg-module': ['-g', '-s'],
  '/opt/mellanox/bin/mst': ['-vv'],
  '/opt/mellanox/bin/mlxconfig': ['-d', '-e', '-y'],
  '/opt/mellanox/bin/flint': ['-d', '-i', '-y'],
  '/sbin/auto-backup.sh': [],
  '/usr/lib/vmware/secureboot/bin/secureBoot.py': ['-s'],
  cat: [],
  echo: [],
  mv: ['-f'],
  rm: ['-f'],
  sha256sum: [],
  tail: ['-n'],
  test: ['-e'],
} as const satisfies Record<string, readonly string[]>;

export type Program = keyof typeof KNOWN_OPTIONS;

/** Text the shell takes as it stands: no blank, quote, glob, expansion or operator in it. */
const PLAIN_WORD = /^[A-Za-z0-9_/.=:,@%+-]+$/;

/** Marks a value that comes from outside; see {@link shellCommand}. */
export function operand(value: string): Operand {
  return { operand: value };
}

/**
 * Quotes one argument for a POSIX shell: `it's` -> `'it'\''s'`. Between single quotes a shell expands nothing
 * (POSIX.1-2017, Shell Command Language, 2.2.2), so no content can end the argument.
 * Rejects NUL, which no argument can hold, line breaks, which no value of ours has, and text that UTF-8 cannot carry.
 */
export function quoteArgument(value: string): string {
  const fault = faultOf(value);
  if (fault !== undefined) {
    throw refused(`${printable(value)} contains ${fault}; remove it`);
  }
  return PLAIN_WORD.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

function faultOf(value: string): string | undefined {
  if (value.includes('\0')) return 'a NUL character';
  if (/[\n\r]/.test(value)) return 'a line break';
  if (!value.isWellFormed()) return 'half of a surrogate pair, which is no valid Unicode text';
  return undefined;
}

/** A value as it may stand in a message. */
export function printable(value: string): string {
  const shown = withoutUserInfo(value);
  return JSON.stringify(shown.length > 60 ? `${shown.slice(0, 60)}...` : shown);
}

/**
 * One command line of `program` and its arguments. Plain strings are words of the command itself: those with a leading
 * `-` must be known options of the program. Values from outside are wrapped in {@link operand}: they are quoted and must
 * not begin with `-`, or a program would take them for an option.
 */
export function shellCommand(program: Program, ...args: readonly (string | Operand)[]): string {
  return [program, ...args.map((arg) => (typeof arg === 'string' ? ownWord(program, arg) : quoteOperand(arg.operand)))].join(' ');
}

/** A value from outside where it stands alone, as after `>`; {@link shellCommand} uses it for each operand. */
export function quoteOperand(value: string): string {
  if (value.startsWith('-')) throw refused(`${printable(value)} begins with '-', which a program would take for an option`);
  return quoteArgument(value);
}

/** A value that never reaches the host, and why. */
export function refused(why: string): PortError {
  return new PortError('CommandFailed', `not sent to the host: ${why}`);
}

function ownWord(program: Program, word: string): string {
  const options: readonly string[] = KNOWN_OPTIONS[program];
  if (word.startsWith('-') && !options.includes(word))
    throw refused(`${word} is not among the options that the operator gives to ${program}`);
  if (!PLAIN_WORD.test(word))
    throw refused(`${printable(word)} is no word of the command ${program}; values from outside must be operands`);
  return word;
}
