/** Programs that every simulated guest has. */
import { parseShell } from './guestText.ts';
import type { SimGuest } from './simGuest.ts';

export interface ProgramCall {
  readonly guest: SimGuest;
  readonly username: string;
  readonly args: readonly string[];
}

export interface ProgramResult {
  readonly exitCode: number;
  readonly output: string;
}

export type GuestProgram = (call: ProgramCall) => ProgramResult;

export const OK: ProgramResult = { exitCode: 0, output: '' };

export const STANDARD_PROGRAMS: Readonly<Record<string, GuestProgram>> = {
  '/bin/sh': shell,
  '/bin/grep': grep,
  '/bin/mv': move,
  '/usr/bin/id': ({ guest, username }) => ({ exitCode: 0, output: `${guest.accounts.get(username)?.uid ?? 65534}\n` }),
};

/** `sh -c TEXT`: one command after another; the last one's exit code counts. */
function shell({ guest, username, args }: ProgramCall): ProgramResult {
  const [option, text = ''] = args;
  if (option !== '-c') return { exitCode: 2, output: 'sh: only -c is simulated\n' };
  return parseShell(text, (pattern) => {
    const found = guest.glob(pattern);
    return found.length > 0 ? found : [pattern];
  }).reduce<ProgramResult>((before, { words }) => {
    const { exitCode, output } = builtin(guest, words) ?? guest.run(username, words);
    return { exitCode, output: before.output + output };
  }, OK);
}

function builtin(guest: SimGuest, [name, ...args]: readonly string[]): ProgramResult | undefined {
  if (name === 'command' && args[0] === '-v') {
    const path = guest.which(args[1] ?? '');
    return path === undefined ? { exitCode: 127, output: '' } : { exitCode: 0, output: `${path}\n` };
  }
  if (name !== 'kill') return undefined;
  const killed = args.filter((pid) => guest.kill(Number(pid)));
  return killed.length === args.length ? OK : { exitCode: 1, output: 'sh: kill: No such process\n' };
}

/** `mv -f FROM TO` */
function move({ guest, args }: ProgramCall): ProgramResult {
  const [, from = '', to = ''] = args;
  const file = guest.files.get(from);
  if (file === undefined) return { exitCode: 1, output: `mv: cannot stat '${from}': No such file or directory\n` };
  guest.files.delete(from);
  guest.files.set(to, file);
  return OK;
}

/** `grep -Hs . FILE...` */
function grep({ guest, args }: ProgramCall): ProgramResult {
  const [, , ...paths] = args;
  const lines = paths.flatMap((path) => {
    const content = guest.read(path);
    return content === undefined ? [] : content.split('\n').flatMap((line) => (line === '' ? [] : [`${path}:${line}\n`]));
  });
  return { exitCode: lines.length > 0 ? 0 : 2, output: lines.join('') };
}
