/**
 * Arguments for a program in a Linux guest. VMware Tools hand program and arguments to a shell (vSphere Web Services API,
 * GuestProgramSpec: "the program will be executed by a guest shell"), so each one is quoted here and nowhere else.
 */
import { PortError } from '../ports/errors.ts';

/** Text that a shell takes as it stands: no blank, quote, glob, expansion or operator in it. */
const PLAIN_WORD = /^[A-Za-z0-9_/.=:,@%+-]+$/;

/** Between single quotes a POSIX shell expands nothing (POSIX.1-2017, Shell Command Language, 2.2.2): `it's` -> `'it'\''s'`. */
export function quoteForGuest(value: string): string {
  if (value.includes('\0')) throw new PortError('GuestProgramFailed', 'an argument for the guest contains a NUL character');
  return PLAIN_WORD.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** The arguments, with both outputs of the program in `file` and nothing to read for it. */
export function guestArguments(args: readonly string[], file: string): string {
  return [...args.map(quoteForGuest), '>', quoteForGuest(file), '2>&1', '<', '/dev/null'].join(' ');
}
