/** The operator as a process of its own, as in a pod: arguments, environment, a kubeconfig with its service account's token. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const ENTRY = join(import.meta.dirname, '../../../operator/main.ts');

/** Fast enough for simulated restarts that take fractions of a second. */
export const LAB_FLAGS: readonly string[] = [
  '--health-port=0',
  '--restart-poll-seconds=0.2',
  '--blocked-poll-seconds=1',
  '--recheck-seconds=30',
  '--max-unavailable-hosts=50',
  '--log-level=debug',
];

export interface OperatorOptions {
  readonly kubeconfig: string;
  readonly folder: string;
  readonly namespace: string;
  readonly flags: readonly string[];
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface OperatorProcess {
  readonly pid: number;
  readonly healthPort: number;
  readonly logPath: string;
  log(): Promise<string>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL, as a node that dies. */
  kill(): Promise<void>;
}

let started = 0;

export async function startOperator(options: OperatorOptions): Promise<OperatorProcess> {
  started += 1;
  const logPath = join(options.folder, `operator-${started}.log`);
  const log = createWriteStream(logPath);
  const args = [ENTRY, `--kubeconfig=${options.kubeconfig}`, `--lease-namespace=${options.namespace}`, ...LAB_FLAGS, ...options.flags];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', POD_NAME: `operator-${started}`, ...options.env },
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const ready = new Promise<number>((resolve, reject) => {
    let text = '';
    let port = 0;
    const look = (chunk: Buffer): void => {
      log.write(chunk);
      if (text === 'done') return;
      text += chunk.toString();
      port ||= Number(/"port":(\d+)/.exec(text)?.[1] ?? 0);
      if (!text.includes('starting controllers')) return;
      text = 'done';
      resolve(port);
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    exited.then(
      (code) => reject(new Error(`the operator ended with ${code} before it was ready: ${text.slice(-2000)}`)),
      () => undefined,
    );
  });
  const healthPort = await ready;
  return {
    pid: child.pid ?? 0,
    healthPort,
    logPath,
    log: async () => await readFile(logPath, 'utf8'),
    stop: async () => {
      child.kill('SIGTERM');
      return await exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
