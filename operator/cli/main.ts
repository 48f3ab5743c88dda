/** The process of the plugin: a terminal for `runCli`. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type Io, wantsColours } from './io.ts';
import { runCli } from './runCli.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
process.once('SIGTERM', () => stop.abort(new Error('asked to stop')));
// `kubectl sriov status | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

const terminal = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';
const answered = process.stdin.isTTY === true;

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    lines.once('SIGINT', () => stop.abort(new Error('interrupted')));
    return await lines.question(question, { signal: stop.signal });
  } finally {
    lines.close();
  }
}

/** The echo of what is typed goes nowhere. */
async function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    lines.once('SIGINT', () => stop.abort(new Error('interrupted')));
    return await lines.question('', { signal: stop.signal });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

async function listFolder(path: string): Promise<readonly string[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isFile() ? [join(path, entry.name)] : [])).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined;
    throw error;
  }
}

const io: Io = {
  write: (chunk) => void process.stdout.write(chunk),
  note: (line) => void process.stderr.write(`${line}\n`),
  terminal,
  colours: wantsColours(process.stdout.isTTY === true, process.env),
  columns: () => (terminal ? process.stdout.columns : 0),
  rows: () => (terminal ? process.stdout.rows : 0),
  ask: answered ? ask : undefined,
  askSecret: answered ? askSecret : undefined,
  readFile: async (path) => (path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')),
  readBytes: async (path) => await readFile(path),
  listFolder,
  writeFile: async (path, content, { overwrite }) => await writeFile(path, content, { flag: overwrite ? 'w' : 'wx', mode: 0o600 }),
  now: () => new Date(),
  env: process.env,
  signal: stop.signal,
};

const code = await runCli(process.argv.slice(2), io);
// Once all is written out, nothing is waited for: a server that does not answer keeps its connection for long.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
