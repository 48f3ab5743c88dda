/** Asks before something is changed. */
import { CliError } from './exit.ts';
import type { Io } from './io.ts';

/** True for y or yes. Throws where nobody can answer: scripts say --yes. */
export async function confirm(io: Pick<Io, 'ask'>, question: string): Promise<boolean> {
  if (io.ask === undefined) throw new CliError('there is no terminal to ask on; add --yes');
  return /^y(es)?$/i.test((await io.ask(`${question} [y/N] `)).trim());
}
