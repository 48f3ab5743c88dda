// Starts a server that must not outlive the test process, however that one ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

// The shell kills the server when its standard input closes, which the kernel does for us even after a SIGKILL.
const SUPERVISE = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- & server=$!',
  '{ cat <&3 >/dev/null; kill -9 $server; } 2>/dev/null & watcher=$!',
  'wait $server; code=$?',
  'kill $watcher 2>/dev/null',
  'exit $code',
].join('\n');

export interface Server {
  /** Resolves with the exit code when the server has ended, for whatever reason. */
  readonly exited: Promise<number>;
  running(): boolean;
  /** Kills it (SIGKILL: a crash, as tests want it) and waits for its end. */
  kill(): Promise<void>;
  /** The last lines of its log. */
  logTail(): Promise<string>;
}

/** Starts `command`; both output streams are appended to `logFile`. */
export function startServer(command: string, args: readonly string[], logFile: string): Server {
  const log = openSync(logFile, 'a');
  const child: ChildProcess = spawn('sh', ['-c', SUPERVISE, 'sh', command, ...args], { stdio: ['pipe', log, log] });
  closeSync(log);
  // The pipe may already be closed when we end it; that is what we want anyway.
  child.stdin?.on('error', () => undefined);
  const exited = new Promise<number>((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code) => resolve(code ?? 137));
  });
  return {
    exited,
    running: () => child.exitCode === null && child.signalCode === null,
    kill: async () => {
      child.stdin?.destroy();
      await exited;
    },
    logTail: async () => (await readFile(logFile, 'utf8').catch(() => '')).split('\n').slice(-15).join('\n'),
  };
}
