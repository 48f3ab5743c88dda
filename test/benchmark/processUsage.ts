/** What a process has used so far, from the kernel's own accounting (proc(5)). Linux only. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Usage {
  /** User and system time of all its threads. */
  readonly cpuSeconds: number;
  readonly residentMiB: number;
}

/** Rejects when the process is gone. */
export async function readUsage(pid: number): Promise<Usage> {
  const [stat, status] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile(`/proc/${pid}/status`, 'utf8')]);
  // The second field, the name, may hold blanks; it ends with the last parenthesis. utime and stime are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return {
    cpuSeconds: ticks / (await ticksPerSecond()),
    residentMiB: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024,
  };
}

async function ticksPerSecond(): Promise<number> {
  return Number((await promisify(execFile)('getconf', ['CLK_TCK'])).stdout);
}
