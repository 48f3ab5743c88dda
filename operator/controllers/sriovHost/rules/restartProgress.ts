/** Rules for a restart that is under way: evidence of a new boot, power on after a cold shutdown, and the end of patience. */
import type { RestartRecord } from '../../../api/types.ts';
import type { HostMemory } from '../memory.ts';
import type { HostBasics, HostObservation } from '../observation.ts';
import type { HostStep } from '../steps.ts';
import { followShutdown } from './cleanShutdown.ts';
import type { Blocked, PlanInput } from './input.ts';
import { sentSecondsAgo } from './sentSecondsAgo.ts';
import { switchOn } from './switchOn.ts';

/** Milliseconds: how long ago this process sent the restart, by a clock that nobody sets; undefined where another process sent it. */
export interface BootEvidence {
  readonly now: Date;
  readonly sentMsAgo: number | undefined;
}

/** Memory brought up to date with what is seen. Needs no memory of the command's fate, so it holds after a crash of the operator too. */
export function settleRestart(memory: HostMemory, observation: HostObservation, { now, sentMsAgo }: BootEvidence): HostMemory {
  const last = memory.lastRestart;
  if (last === undefined || last.state === 'Completed' || !observation.host.known) return memory;
  if (!isNewBoot(last, observation.host.value, sentMsAgo)) return memory;
  const tried = { ...memory.tried };
  for (const item of last.pending) tried[item] = tried[item] === 'ColdCycle' ? 'ColdCycle' : last.kind;
  const stillOpen = Object.entries(memory.activation).filter(([, needs]) => last.kind === 'WarmReboot' && needs === 'PowerCycle');
  return {
    ...memory,
    tried,
    activation: Object.fromEntries(stillOpen),
    lastRestart: { ...last, state: 'Completed', completedTime: now.toISOString() },
  };
}

/** A command without effect is sent once more. */
const MOST_SENDS = 2;

/** Somebody asks for another try of a restart that was sent in vain: it is sent anew. One that still has its time is left alone. */
export function sendAgain(memory: HostMemory, { host }: HostObservation, now: Date): HostMemory {
  const last = memory.lastRestart;
  if (last === undefined || last.state === 'Completed' || last.sends < MOST_SENDS || !host.known) return memory;
  return { ...memory, lastRestart: { ...last, requestedTime: now.toISOString(), sends: 0 } };
}

/**
 * Within one boot the uptime only grows: less than right before the command is a new boot. A host that was up only briefly before, or was
 * not looked at for long, may have more again: then it booted after the command if it is up for less time than has passed since. Only
 * where another process sent the command is that time the difference of two times of day.
 */
function isNewBoot(last: RestartRecord, { bootTime, uptimeMs }: HostBasics, sentMsAgo: number | undefined): boolean {
  if (last.uptimeBeforeSeconds !== undefined && uptimeMs < last.uptimeBeforeSeconds * 1000) return true;
  return sentMsAgo === undefined ? bootTime >= new Date(last.requestedTime) : uptimeMs <= sentMsAgo;
}

/**
 * Maintenance mode that somebody else ended, or that was never reached, is no longer ours to leave. A command that was sent may still be
 * at work, also after a crash: until its time is up, a host that enters maintenance mode enters it through us.
 */
export function settleMaintenance(
  memory: HostMemory,
  { host }: HostObservation,
  { now, timeoutSeconds }: { readonly now: Date; readonly timeoutSeconds: number },
): HostMemory {
  if (!memory.maintenanceEnteredByUs || !host.known) return memory;
  if (host.value.maintenanceMode) return { ...memory, maintenanceEntering: false, remainingVms: [] };
  const until = new Date(memory.maintenanceSince ?? 0).getTime() + (timeoutSeconds + ENTERING_GRACE_SECONDS) * 1000;
  if (memory.maintenanceEntering && now.getTime() < until) return memory;
  return { ...memory, maintenanceEnteredByUs: false, maintenanceEntering: false, maintenanceSince: undefined, remainingVms: [] };
}

/** For the host to report, after its own limit for entering maintenance mode. */
const ENTERING_GRACE_SECONDS = 60;

export interface RestartProgress {
  readonly steps: readonly HostStep[];
  readonly waiting: { readonly reason: string; readonly message: string };
  readonly blocked: Blocked | undefined;
}

/** Undefined when no restart is under way. */
export function followRestart(input: PlanInput): RestartProgress | undefined {
  const last = input.memory.lastRestart;
  if (last === undefined || last.state === 'Completed') return undefined;
  const sent = sentSecondsAgo(last, input);
  const limit = input.spec.disruption.restartTimeoutSeconds;
  if (input.observation.host.known) return stillOldBoot(last, sent, limit);
  // A boot has its time from the moment at which power came back, however long the shutdown took.
  const powered = last.powerOnSentTime ?? last.powerOnTime;
  const elapsed = powered === undefined ? sent : (input.now.getTime() - new Date(powered).getTime()) / 1000;
  return away(last, { elapsed, limit }, input);
}

interface Patience {
  readonly elapsed: number;
  readonly limit: number;
}

function away(last: RestartRecord, { elapsed, limit }: Patience, input: PlanInput): RestartProgress {
  const { bmc, host } = input.observation;
  // Not even its power is touched: the BMC may be that of the other machine.
  if (!host.known && host.because.reason === 'HostReplaced')
    return { steps: [], waiting: { ...host.because }, blocked: { ...host.because } };
  const powerState = bmc?.known === true ? bmc.value.powerState : undefined;
  if (last.kind === 'ColdCycle' && powerState === 'Off') return switchOn(last, input);
  const shut = host.known || !SHUT.has(host.because.reason) ? undefined : host.because;
  if (shut?.reason === 'SshServiceStopped') return { steps: [], waiting: { ...shut }, blocked: { ...shut } };
  const shutdown = followShutdown(last, powerState, input);
  if (shutdown !== undefined) return shutdown;
  if (shut !== undefined) return { steps: [], waiting: { ...shut }, blocked: { ...shut } };
  const message = `waiting for the host to come back from the ${words(last.kind)} (at most ${limit} s)`;
  const waiting = { reason: 'WaitingForBoot', message };
  if (elapsed <= limit) return { steps: [], waiting, blocked: bmcTrouble(last, input) };
  const power = powerState === undefined ? '' : `; its BMC says power is ${powerState}`;
  return {
    steps: [],
    waiting,
    blocked: {
      reason: 'RestartTimedOut',
      message: `the host did not come back within ${limit} s after the ${words(last.kind)}${power}; look at its console, and once it runs the operator goes on by itself`,
    },
  };
}

/** It is not that the host does not come back: it lets us in no more, or we have nothing to log in with. */
const SHUT: ReadonlySet<string> = new Set([
  'SshServiceStopped',
  'LockdownMode',
  'CredentialsRejected',
  'HostKeyMismatch',
  'HostKeyUnknown',
  'SecretNotFound',
  'SecretKeyMissing',
]);

/** During a cold cycle nobody can switch the power on again while the BMC does not answer: say so instead of waiting mutely. */
function bmcTrouble(last: RestartRecord, { observation }: PlanInput): Blocked | undefined {
  if (last.kind !== 'ColdCycle' || observation.bmc === undefined || observation.bmc.known) return undefined;
  const { reason, message } = observation.bmc.because;
  return { reason, message: `${message}; the host is shutting down for a power cycle and will be powered on once the BMC answers` };
}

/** Shutting down takes a while; a command without effect is sent once more, and then a person has to look. */
function stillOldBoot(last: RestartRecord, elapsed: number, limit: number): RestartProgress {
  const patience = Math.min(300, limit / 3);
  const waiting = { reason: 'Restarting', message: `the ${words(last.kind)} was sent; waiting for the host to go down` };
  if (last.sends > 0 && elapsed <= patience * last.sends) return { steps: [], waiting, blocked: undefined };
  if (last.sends < MOST_SENDS)
    return { steps: [{ kind: 'RepeatRestartCommand', because: 'restart-lost', restart: last.kind }], waiting, blocked: undefined };
  return {
    steps: [],
    waiting,
    blocked: {
      reason: 'RestartNotObserved',
      message: `the ${words(last.kind)} was sent twice and the host still runs since ${last.bootTimeBefore}; look at its console, then annotate the object with sriov.esxi.io/retry`,
    },
  };
}

function words(kind: RestartRecord['kind']): string {
  return kind === 'WarmReboot' ? 'reboot' : 'power cycle';
}
