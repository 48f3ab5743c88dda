// Runs one of Jest's projects in a process of its own, with signs of life, and reads what came of it.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JestResults, Report } from './summary.ts';

export interface Kind {
  /** Name of the project in jest.config.js. */
  readonly name: string;
}

const root = join(import.meta.dirname, '../../..');

/** Two servers and their tests fill two cores; more workers would only make each of them late. */
const WORKERS = 2;

/** How long Jest may take to end once its results are written. Something that tests left open would keep it for ever. */
const END_MS = 20_000;
const POLL_MS = 1_000;

export async function runJest({ name }: Kind, print: (line: string) => void): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'sriov-tests-'));
  const output = join(folder, `${name}.json`);
  const started = Date.now();
  try {
    const child = start(name, output);
    const killed = killWhenDone(child, output);
    const exitCode = await ended(child);
    const left = killed.stop();
    const results = await read(output);
    const seconds = Math.round((Date.now() - started) / 1000);
    if (results === undefined) print(`jest ended with code ${exitCode} and left no results`);
    return { kind: name, seconds, exitCode: left && results !== undefined ? Number(!results.success) : exitCode, leftOpen: left, results };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function start(name: string, output: string): ChildProcess {
  const args = [
    '--no-warnings',
    '--experimental-vm-modules',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...['--selectProjects', name],
    ...['--maxWorkers', String(WORKERS)],
    '--passWithNoTests',
    ...['--reporters', 'default', '--reporters', '<rootDir>/test/support/ci/heartbeat.ts'],
    ...['--json', '--outputFile', output],
  ];
  return spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<number> {
  return await new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('cannot start jest', { cause })));
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Ends a Jest that has written its results and stays. `stop` tells whether that was needed. */
function killWhenDone(child: ChildProcess, output: string): { readonly stop: () => boolean } {
  let written: number | undefined;
  let killed = false;
  const timer = setInterval(async () => {
    written ??= (await read(output)) === undefined ? undefined : Date.now();
    if (written === undefined || Date.now() - written < END_MS) return;
    killed = true;
    child.kill('SIGKILL');
  }, POLL_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return killed;
    },
  };
}

/** Undefined while the file is not there, or not whole. */
async function read(file: string): Promise<JestResults | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JestResults;
  } catch {
    return undefined;
  }
}
