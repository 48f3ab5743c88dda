/** A terminal that remembers what was written to it, and answers as told. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
  /** What the user types where it is not shown. */
  readonly secretAnswer?: string;
  readonly signal?: AbortSignal;
  readonly terminal?: boolean;
  /** Of the terminal; default without limit. */
  readonly rows?: number;
  /** Of the terminal; default without limit. */
  readonly columns?: number;
  /** Default the real one. */
  readonly now?: Date;
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
    columns: () => options.columns ?? 0,
    rows: () => options.rows ?? 0,
    ask: answer === undefined ? undefined : async () => (typeof answer === 'string' ? answer : await answer()),
    askSecret: options.secretAnswer === undefined ? undefined : async () => options.secretAnswer ?? '',
    listFolder,
    writeFile: async (path, content, { overwrite }) => await writeFile(path, content, { flag: overwrite ? 'w' : 'wx' }),
    readBytes: async (path) => await readFile(path),
    readFile: async (path) => (path === '-' ? input : await readFile(path, 'utf8')),
    now: () => options.now ?? new Date(),
    env: options.env ?? {},
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, stdout, stderr };
}

async function listFolder(path: string): Promise<readonly string[] | undefined> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOTDIR') return undefined;
    throw error;
  });
  return entries?.map((entry) => join(path, entry)).sort();
}
