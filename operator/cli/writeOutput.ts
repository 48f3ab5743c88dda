/** Writes a file that a user asked for; a file that is there already stays. */
import { CliError, textOfError } from './exit.ts';
import type { Io } from './io.ts';

export interface Output {
  /** `-`: standard output. */
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly overwrite: boolean;
}

export async function writeOutput(io: Pick<Io, 'write' | 'writeFile'>, { path, content, overwrite }: Output): Promise<void> {
  if (path === '-' && typeof content === 'string') {
    io.write(content);
    return;
  }
  try {
    await io.writeFile(path, content, { overwrite });
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EEXIST') {
      throw new CliError(`${path} is there already; name another file, or add --overwrite`, { cause: error });
    }
    throw new CliError(`${path} cannot be written: ${textOfError(error)}`, { cause: error });
  }
}
