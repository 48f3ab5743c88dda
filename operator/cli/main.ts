/** The process of the plugin: a terminal for `runCli`. */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import { type Io, wantsColours } from './io.ts';
import { runCli } from './runCli.ts';

const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));
process.once('SIGTERM', () => stop.abort(new Error('asked to stop')));
// `kubectl sriov status | head` closes the pipe early; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));

const terminal = process.stdout.isTTY === true && process.env['TERM'] !== 'dumb';

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await lines.question(question, { signal: stop.signal });
  } finally {
    lines.close();
  }
}

const io: Io = {
  write: (chunk) => void process.stdout.write(chunk),
  note: (line) => void process.stderr.write(`${line}\n`),
  terminal,
  colours: wantsColours(process.stdout.isTTY === true, process.env),
  columns: () => (terminal ? process.stdout.columns : 0),
  ask: process.stdin.isTTY === true ? ask : undefined,
  readFile: async (path) => (path === '-' ? await text(process.stdin) : await readFile(path, 'utf8')),
  now: () => new Date(),
  env: process.env,
  signal: stop.signal,
};

process.exitCode = await runCli(process.argv.slice(2), io);
