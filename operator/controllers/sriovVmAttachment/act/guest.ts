/** Steps inside the guest. Each may be repeated and ends in the same state; each leaves the guest sound if it is cut off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { PortError } from '../../../ports/errors.ts';
import type { Guest, GuestCommand } from '../../../ports/guest.ts';
import { knowsVirtualization, withSettings } from '../guest/opensmConfig.ts';
import { argumentsOf, dropIn, dropInPath, type Run, type UnitName } from '../guest/opensmService.ts';
import type { GuestStep, Stop } from '../guest/steps.ts';
import { readTemplate } from '../observe/subnetManager.ts';

const TIMEOUT_MS = 60_000;
/** Once a second. */
const END_LOOKS = 15;

type Command = Pick<GuestCommand, 'program' | 'args'>;

type Configure = Extract<GuestStep, { kind: 'ConfigureSubnetManager' }>;
type Install = Extract<GuestStep, { kind: 'InstallSubnetManagerService' }>;
type Start = Extract<GuestStep, { kind: 'StartSubnetManager' }>;

export async function performInGuest(guest: Guest, step: GuestStep, signal: AbortSignal): Promise<void> {
  switch (step.kind) {
    case 'ConfigureSubnetManager':
      return configure(guest, step, signal);
    case 'InstallSubnetManagerService':
      return install(guest, step, signal);
    case 'StartSubnetManager':
      return start(guest, step, signal);
    default:
      return step satisfies never;
  }
}

/** Read again just before: what a person wrote meanwhile stays. */
async function configure(guest: Guest, { run, settings, stop }: Configure, signal: AbortSignal): Promise<void> {
  const current = await guest.readFile(run.configFile, signal);
  const template = await readTemplate(guest, run.program, signal);
  if (!knowsVirtualization(template)) {
    throw new PortError('GuestProgramFailed', `${run.program} does not know virt_enabled any more; ${run.configFile} was not written.`);
  }
  // A full disk shows before OpenSM is stopped.
  const beside = `${run.configFile}.sriov-operator`;
  const content = withSettings(current?.content ?? template, settings);
  await guest.writeFile(beside, { content, permissions: current?.permissions ?? 0o644 }, signal);
  if (stop !== undefined) await end(guest, stop, signal);
  try {
    await succeed(guest, { program: '/bin/mv', args: ['-f', beside, run.configFile] }, signal);
  } catch (error) {
    // A subnet is better managed by the old configuration than by nobody.
    if (stop !== undefined && current !== undefined) await restoreService(guest, { run, stop }, signal);
    throw error;
  }
}

/** Best effort: what failed before is what is told. */
async function restoreService(guest: Guest, { run, stop }: { readonly run: Run; readonly stop: Stop }, signal: AbortSignal): Promise<void> {
  const unit = 'unit' in stop ? stop.unit : undefined;
  await succeed(guest, startCommand(run, unit), signal).catch(() => undefined);
}

async function install(guest: Guest, { unit, run }: Install, signal: AbortSignal): Promise<void> {
  await guest.writeFile(dropInPath(unit), { content: dropIn(run), permissions: 0o644 }, signal);
  await succeed(guest, shell('systemctl daemon-reload'), signal);
  await succeed(guest, shell(`systemctl enable ${unit}`), signal);
}

async function start(guest: Guest, { unit, run, stop }: Start, signal: AbortSignal): Promise<void> {
  if (stop !== undefined) await end(guest, stop, signal);
  await succeed(guest, startCommand(run, unit), signal);
}

function startCommand(run: Run, unit: UnitName | undefined): Command {
  return unit === undefined ? { program: run.program, args: [...argumentsOf(run), '--daemon'] } : shell(`systemctl restart ${unit}`);
}

async function end(guest: Guest, stop: Stop, signal: AbortSignal): Promise<void> {
  if ('unit' in stop) return succeed(guest, shell(`systemctl stop ${stop.unit}`), signal);
  // One that has ended by itself meanwhile is no failure, so the exit code does not count.
  await guest.run({ ...shell(`kill ${stop.pids.join(' ')}`), timeoutMs: TIMEOUT_MS }, signal);
  for (let look = 0; look < END_LOOKS; look += 1) {
    const running = await guest.processes(signal);
    if (!running.some(({ pid }) => stop.pids.includes(pid))) return;
    await sleep(1_000, undefined, { signal });
  }
  throw new PortError('GuestProgramFailed', `OpenSM (process ${stop.pids.join(', ')}) does not end in the guest.`);
}

/** Units and process numbers need no quoting: the ones are constants, the others numbers. */
function shell(text: string): Command {
  return { program: '/bin/sh', args: ['-c', text] };
}

async function succeed(guest: Guest, command: Command, signal: AbortSignal): Promise<void> {
  const { exitCode, output } = await guest.run({ ...command, timeoutMs: TIMEOUT_MS }, signal);
  if (exitCode === 0) return;
  const words = command.program === '/bin/sh' ? command.args.slice(1) : [command.program, ...command.args];
  const said = output.trim().slice(-300);
  throw new PortError('GuestProgramFailed', `${words.join(' ')} ended with exit code ${exitCode}${said === '' ? '' : `: ${said}`}`);
}
