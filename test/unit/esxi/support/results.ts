/** Results of commands, and an exec function that answers from a table instead of a host. */
import type { Exec, ExecResult } from '../../../../operator/esxi/exec.ts';
import { isPortError, type PortError } from '../../../../operator/ports/errors.ts';

export function result(stdout: string, exitCode = 0, stderr = ''): ExecResult {
  return { stdout, exitCode, stderr };
}

export interface TableExec {
  readonly exec: Exec;
  /** The commands that were run, in order. */
  readonly commands: readonly string[];
}

/** Answers a command with its next result; the last one stays. Fails on a command that is not in the table. */
export function tableExec(table: Readonly<Record<string, ExecResult | PortError | readonly (ExecResult | PortError)[]>>): TableExec {
  const commands: string[] = [];
  const seen = new Map<string, number>();
  return {
    commands,
    exec: (command) => {
      commands.push(command);
      const entry = table[command];
      if (entry === undefined) return Promise.reject(new Error(`not in the table: ${command}`));
      const count = seen.get(command) ?? 0;
      seen.set(command, count + 1);
      const answer = 'length' in entry ? entry[Math.min(count, entry.length - 1)] : entry;
      if (answer === undefined) return Promise.reject(new Error(`no answer for ${command}`));
      return isPortError(answer) ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

/** The PortError that a function throws; fails the test when it returns or throws anything else. */
export function thrownBy(act: () => unknown): PortError {
  let outcome: unknown;
  try {
    outcome = act();
  } catch (error) {
    if (isPortError(error)) return error;
    throw error;
  }
  throw new Error(`returned ${JSON.stringify(outcome)}`);
}

/** The same for a promise. */
export async function rejectionOf(promise: Promise<unknown>): Promise<PortError> {
  let outcome: unknown;
  try {
    outcome = await promise;
  } catch (error) {
    if (isPortError(error)) return error;
    throw error;
  }
  throw new Error(`resolved with ${JSON.stringify(outcome)}`);
}
