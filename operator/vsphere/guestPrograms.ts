/** Programs in a guest: start one, wait for its end, see what runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PortError } from '../ports/errors.ts';
import type { GuestCommand, GuestProcess } from '../ports/guest.ts';
import { askGuest, changeGuest, type GuestAccess } from './guestCalls.ts';
import { guestArguments } from './guestQuote.ts';
import type { XmlNode } from './xmlNode.ts';

/** The whole environment of a program: what a log-in of root has, the folders of NVIDIA's UFM, and texts in English. */
const ENVIRONMENT = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/ufm/opensm/sbin', 'LC_ALL=C'];

/** Between two looks for the end of a program: short ones end at once. */
const FIRST_LOOK_MS = 50;
const LAST_LOOK_MS = 1_000;
const TERMINATE_MS = 5_000;

/** Resolves with the exit code. A program whose time is up, or that nobody waits for any more, is ended. */
export async function runProgram(
  access: GuestAccess,
  { program, args, timeoutMs }: GuestCommand,
  output: string,
  signal: AbortSignal,
): Promise<number> {
  const spec = {
    $type: 'GuestProgramSpec',
    programPath: program,
    arguments: guestArguments(args, output),
    workingDirectory: '/',
    envVariables: ENVIRONMENT,
  };
  const started = await changeGuest(access, { method: 'StartProgramInGuest', args: { spec } }, signal);
  const pid = Number(started.textOf('returnval'));
  if (!Number.isInteger(pid)) throw new PortError('OutputNotUnderstood', 'the answer to StartProgramInGuest has no process number');
  const deadline = performance.now() + timeoutMs;
  try {
    for (let pause = FIRST_LOOK_MS; ; pause = Math.min(LAST_LOOK_MS, pause * 2)) {
      const exitCode = await exitCodeOf(access, pid, signal);
      if (exitCode !== undefined) return exitCode;
      if (performance.now() >= deadline)
        throw new PortError('CommandTimedOut', `${program} in the guest did not end within ${timeoutMs / 1000} s`);
      await sleep(pause, undefined, { signal });
    }
  } catch (error) {
    await terminate(access, pid);
    throw signal.aborted ? new PortError('Aborted', `${program} in the guest was aborted`, { cause: error }) : error;
  }
}

export async function listProcesses(access: GuestAccess, signal: AbortSignal): Promise<readonly GuestProcess[]> {
  const answer = await askGuest(access, { method: 'ListProcessesInGuest' }, signal);
  // Those that were started by guest operations stay in the list for five minutes after their end.
  return answer
    .list('returnval')
    .filter((process) => process.child('endTime') === undefined)
    .map((process) => ({
      pid: process.numberOf('pid') ?? 0,
      name: process.textOf('name') ?? '',
      commandLine: process.textOf('cmdLine') ?? '',
    }));
}

/** Undefined while it runs. Exit codes are kept for five minutes (GuestProcessInfo.exitCode); one that is gone earlier says nothing. */
async function exitCodeOf(access: GuestAccess, pid: number, signal: AbortSignal): Promise<number | undefined> {
  const answer = await askGuest(access, { method: 'ListProcessesInGuest', args: { pids: [pid] } }, signal);
  const process = answer.list('returnval').find((candidate: XmlNode) => candidate.numberOf('pid') === pid);
  if (process === undefined)
    throw new PortError('GuestProgramFailed', 'the guest does not know the program any more that was started in it');
  return process.child('endTime') === undefined ? undefined : (process.numberOf('exitCode') ?? 0);
}

/** Best effort, with a time limit of its own. */
async function terminate(access: GuestAccess, pid: number): Promise<void> {
  const signal = AbortSignal.timeout(TERMINATE_MS);
  await changeGuest(access, { method: 'TerminateProcessInGuest', args: { pid } }, signal).catch(() => undefined);
}
