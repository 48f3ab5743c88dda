/** The demo as a user starts it, but not on a terminal, with a folder of its own for everything that it puts aside. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const ENTRY = join(import.meta.dirname, '../demo/demo.ts');

export interface DemoProcess {
  /** Both streams so far. */
  output(): string;
  /** Resolves once the output matches; rejects when the demo ends before that. */
  said(pattern: RegExp): Promise<void>;
  /** As Ctrl-C on a terminal: to the demo and all that it started in the foreground. */
  interrupt(): void;
  /** Process ids of what runs on behalf of the demo and has this in its command line. */
  processes(text?: string): Promise<readonly number[]>;
  /** Exit code, or the signal's name. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  /** What the demo left in its folder. */
  files(): Promise<readonly string[]>;
  /** Ends whatever still runs and removes the folder. */
  dispose(): Promise<void>;
}

export async function startDemo(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<DemoProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'sriov-e2e-'));
  const child = spawn(process.execPath, ['--no-warnings', ENTRY, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env, TMPDIR: folder },
    // A process group of its own, so that an interrupt reaches the demo's children and not us.
    detached: true,
  });
  let text = '';
  const listeners = new Set<() => void>();
  const take = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const listener of [...listeners]) listener();
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)));
  // Every server has a path in the folder among its arguments.
  const processes = async (wanted = ''): Promise<readonly number[]> => {
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: 16 * 1024 * 1024 });
    return stdout
      .split('\n')
      .filter((line) => line.includes(folder) && line.includes(wanted))
      .map((line) => Number.parseInt(line, 10));
  };
  return {
    output: () => text,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
        ended.then(
          () => reject(new Error(`the demo ended before it said ${pattern}:\n${text}`)),
          () => undefined,
        );
      }),
    interrupt: () => void process.kill(-(child.pid ?? 0), 'SIGINT'),
    processes,
    ended,
    files: async () => await readdir(folder),
    dispose: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The servers are killed when the demo's end of a pipe closes, which takes a moment. Resolves with what is left after that. */
export async function leftOver(demo: DemoProcess, patienceMs = 5_000): Promise<readonly number[]> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const left = await demo.processes();
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(50);
  }
}
