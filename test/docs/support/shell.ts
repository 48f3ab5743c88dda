/** A shell as a reader has it: `kubectl`, `kubectl sriov`, `helm` and `npm` on the path, a kubeconfig, and the checkout as the folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { ROOT } from '../../unit/architecture/sourceFiles.ts';

export interface ReaderShell {
  /** Runs a block as one script that stops at the first failure. */
  run(script: string): Promise<Finished>;
  /** Runs a block whose last command serves until it is told to stop; resolves when `text` was printed and the end after SIGTERM was seen. */
  runUntil(script: string, text: string): Promise<Finished>;
}

export interface Finished {
  readonly code: number | null;
  /** Standard output and standard error as they came. */
  readonly output: string;
}

export interface ReaderTools {
  /** For programs, home and kubeconfig; the caller removes it. */
  readonly folder: string;
  readonly kubectl: string;
  readonly helm: string | undefined;
  /** Text of the kubeconfig that becomes ~/.kube/config. */
  readonly kubeconfig: string;
}

const LIMIT_MS = 120_000;

export async function openShell({ folder, kubectl, helm, kubeconfig }: ReaderTools): Promise<ReaderShell> {
  const bin = join(folder, 'bin');
  const home = join(folder, 'home');
  await mkdir(join(home, '.kube'), { recursive: true });
  await mkdir(bin, { recursive: true });
  await writeFile(join(home, '.kube/config'), kubeconfig, { mode: 0o600 });
  const plugin = join(ROOT, 'operator/cli/kubectl-sriov.js');
  const wrappers = {
    kubectl: `exec '${kubectl}' "$@"`,
    'kubectl-sriov': `exec '${process.execPath}' --no-warnings '${plugin}' "$@"`,
    ...(helm === undefined ? {} : { helm: `exec '${helm}' "$@"` }),
    // The packages are there, or this would not run; installing them again would take them away from under the other tests.
    npm: `if [ "$1" = ci ] || [ "$1" = link ]; then exit 0; fi\nexec '${programOnPath('npm')}' "$@"`,
  };
  for (const [name, body] of Object.entries(wrappers)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${body}\n`);
    await chmod(join(bin, name), 0o755);
  }
  const env = {
    ...process.env,
    PATH: `${bin}:${join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    KUBECONFIG: join(home, '.kube/config'),
    NO_COLOR: '1',
  };
  const start = (script: string): ChildProcess =>
    spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  return {
    run: async (script) => await finish(start(script)),
    runUntil: async (script, text) => {
      // `exec` makes the last command the process that gets the signal.
      const lines = script.trimEnd().split('\n');
      return await finish(start([...lines.slice(0, -1), `exec ${lines.at(-1)}`].join('\n')), text);
    },
  };
}

async function finish(child: ChildProcess, until?: string): Promise<Finished> {
  let output = '';
  let stopping = false;
  const see = (chunk: Buffer): void => {
    output += chunk.toString();
    if (until === undefined || stopping || !output.includes(until)) return;
    stopping = true;
    signal(child, 'SIGTERM');
  };
  child.stdout?.on('data', see);
  child.stderr?.on('data', see);
  const timer = setTimeout(() => {
    output += `\n(no end after ${LIMIT_MS / 1000} s)\n`;
    signal(child, 'SIGKILL');
  }, LIMIT_MS);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, output }));
    });
  } finally {
    clearTimeout(timer);
  }
}

/** To the whole group: a script's commands end with it. */
function signal({ pid }: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (pid !== undefined) process.kill(-pid, name);
}

function programOnPath(name: string): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
  if (found === undefined) throw new Error(`${name} is not on the path`);
  return found;
}
