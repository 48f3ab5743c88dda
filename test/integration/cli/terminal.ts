/** A terminal that remembers what was written to it, and answers as told. */
import { readFile } from 'node:fs/promises';
import type { Io } from '../../../operator/cli/io.ts';
import { runCli } from '../../../operator/cli/runCli.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** What the user types when asked; left out: nobody is there. */
  readonly answer?: string | (() => Promise<string>);
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
  readonly env?: Io['env'];
  readonly input?: string;
  /** Called with each piece of standard output. */
  readonly onWrite?: (text: string) => void;
}

/** Runs the plugin in this process, as its main file does. */
export async function run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { answer, terminal = false, input = '' } = options;
  let stdout = '';
  let stderr = '';
  const code = await runCli(args, {
    write: (text) => {
      stdout += text;
      options.onWrite?.(text);
    },
    note: (line) => {
      stderr += `${line}\n`;
    },
    terminal,
    colours: false,
    columns: () => 0,
    ask: answer === undefined ? undefined : async () => (typeof answer === 'string' ? answer : await answer()),
    readFile: async (path) => (path === '-' ? input : await readFile(path, 'utf8')),
    now: () => new Date(),
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}
