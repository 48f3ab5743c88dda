// Runs one of Jest's projects in a process of its own, with signs of life, and reads what came of it.
import { spawn } from 'node:child_process';
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

export async function runJest({ name }: Kind, print: (line: string) => void): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'sriov-tests-'));
  const output = join(folder, `${name}.json`);
  const started = Date.now();
  try {
    const exitCode = await run([
      '--no-warnings',
      '--experimental-vm-modules',
      join(root, 'node_modules/jest/bin/jest.js'),
      ...['--selectProjects', name],
      ...['--maxWorkers', String(WORKERS)],
      '--passWithNoTests',
      ...['--reporters', 'default', '--reporters', '<rootDir>/test/support/ci/heartbeat.ts'],
      ...['--json', '--outputFile', output],
    ]);
    const results = await read(output);
    const seconds = Math.round((Date.now() - started) / 1000);
    if (results === undefined) print(`jest ended with code ${exitCode} and left no results`);
    return { kind: name, seconds, exitCode, results };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return await new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new Error('cannot start jest', { cause })));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function read(file: string): Promise<JestResults | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as JestResults;
  } catch {
    return undefined;
  }
}
