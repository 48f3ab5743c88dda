/** Rules for a restart that is under way: evidence of a new boot, power on after a cold shutdown, and the end of patience. */
import type { RestartRecord } from '../../../api/types.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import type { HostStep } from '../steps.ts';
import { followShutdown } from './cleanShutdown.ts';
import type { Blocked, PlanInput } from './input.ts';

/**
 * Memory brought up to date with what is seen. A restart is complete when the host's boot time is later than the moment at which
 * the intent was written: that needs no memory of the command's fate, so it holds after a crash of the operator too.
 */
export function settleRestart(memory: HostMemory, observation: HostObservation, now: Date): HostMemory {
  const last = memory.lastRestart;
  if (last === undefined || last.state === 'Completed' || !observation.host.known) return memory;
  if (observation.host.value.bootTime < new Date(last.requestedTime)) return memory;
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
  const elapsed = (input.now.getTime() - new Date(last.requestedTime).getTime()) / 1000;
  const limit = input.spec.disruption.restartTimeoutSeconds;
  if (input.observation.host.known) return stillOldBoot(last, elapsed, limit);
  // A boot has its time from the moment at which power came back, however long the shutdown took.
  const since = last.powerOnTime ?? last.requestedTime;
  return away(last, { elapsed: (input.now.getTime() - new Date(since).getTime()) / 1000, limit }, input);
}

interface Patience {
  readonly elapsed: number;
  readonly limit: number;
}

function away(last: RestartRecord, { elapsed, limit }: Patience, input: PlanInput): RestartProgress {
  const { bmc } = input.observation;
  const powerState = bmc?.known === true ? bmc.value.powerState : undefined;
  if (last.kind === 'ColdCycle' && powerState === 'Off') {
    const message = 'the host is shut down and its power is off; powering it on through the BMC';
    return { steps: [{ kind: 'PowerOn', because: 'cold-cycle' }], waiting: { reason: 'Restarting', message }, blocked: undefined };
  }
  const shutdown = followShutdown(last, powerState, input);
  if (shutdown !== undefined) return shutdown;
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
  if (elapsed <= patience * last.sends) return { steps: [], waiting, blocked: undefined };
  if (last.sends < 2)
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
