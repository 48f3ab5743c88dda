/** Notices when the operator's process ends, and shows the end of its log to people. */
import type { OperatorProcess } from '../support/lab/operatorProcess.ts';

const LOOK_MS = 250;
const TAIL_LINES = 25;

/** Rejects once the operator is gone; never resolves. Stops looking when the signal is aborted. */
export function operatorGone(operator: OperatorProcess, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const timer = setInterval(() => {
      if (isAlive(operator.pid)) return;
      clearInterval(timer);
      reject(new Error(`the operator's process ${operator.pid} ended`));
    }, LOOK_MS);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The last lines of a log, without debug messages; each JSON line as `time level message field=value`. */
export function readableTail(log: string): readonly string[] {
  return log
    .split('\n')
    .filter((text) => text.trim() !== '' && !text.includes('"level":"debug"'))
    .slice(-TAIL_LINES)
    .map(readable);
}

function readable(text: string): string {
  try {
    const { time, level, message, ...fields } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const rest = Object.entries(fields).map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
    return [String(time).slice(11, 23), String(level).toUpperCase().padEnd(5), String(message), ...rest].join(' ');
  } catch {
    return text;
  }
}
