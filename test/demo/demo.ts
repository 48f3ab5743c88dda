/** `npm run demo`: the whole product on simulated hosts. This file is the process: arguments, signals, the exit code, no traces. */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCommandLine, USAGE, UsageError } from './commandLine.ts';
import { createOutput } from './console/output.ts';
import { runDemo } from './runDemo.ts';

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PARENT_LOOK_MS = 300;

/** The user, or whoever started us, wants an end. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly exitCode: number;

  constructor(signal: (typeof STOP_SIGNALS)[number]) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

async function main(args: readonly string[]): Promise<number> {
  const { keep, help } = parseCommandLine(args);
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const output = createOutput(process.stdout, process.env);
  const signal = stopSignal();
  try {
    await runDemo({ keep, output, folder: ownFolder(), signal });
    return 0;
  } catch (error) {
    // Once stopped, whatever else went wrong did so because of that.
    if (!signal.aborted) throw error;
    const stopped = signal.reason as Stopped;
    output.line(`\n${stopped.message}`);
    return stopped.exitCode;
  }
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of STOP_SIGNALS) process.on(signal, () => stop.abort(new Stopped(signal)));
  // `npm run demo | head`: nobody reads on.
  process.stdout.on('error', () => stop.abort(new Stopped('SIGHUP')));
  // npm that is ended by a signal ends its shell, which tells nobody.
  const parent = process.ppid;
  if (process.env['npm_lifecycle_event'] !== undefined) {
    setInterval(() => process.ppid === parent || stop.abort(new Stopped('SIGTERM')), PARENT_LOOK_MS).unref();
  }
  return stop.signal;
}

/** Everything that we and the servers put aside goes into one folder, which goes when the process does. */
function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sriov-demo-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return folder;
}

let exitCode = 1;
try {
  exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`\n${error instanceof UsageError ? error.message : `The demo failed: ${describe(error)}`}\n`);
  exitCode = error instanceof UsageError ? 64 : 1;
}
// Whatever still holds the process open has done its work; the servers end with us.
process.exit(exitCode);

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
