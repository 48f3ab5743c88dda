/** Rule: a host that was told to shut down for a power cycle gets its time; then a person is asked, or its power is cut if allowed. */
import type { RestartRecord } from '../../../api/types.ts';
import type { BmcPowerState } from '../../../ports/bmc.ts';
import type { PlanInput } from './input.ts';
import type { RestartProgress } from './restartProgress.ts';
import { sentSecondsAgo } from './sentSecondsAgo.ts';

/** How long a power cut may take to be seen, in seconds, and how often it is tried. */
const FORCE_OFF_PATIENCE = 60;
const MOST_FORCE_OFFS = 2;

/** How a host looks that hangs on its way down: no SSH, or SSH without hostd. One that refuses our credentials is not silent. */
const SILENT: ReadonlySet<string> = new Set(['HostUnreachable', 'CommandFailed']);

/**
 * For a host that does not answer. `powerOnTime` in the record says that power was seen off: from then on the host boots, and is never
 * cut. Undefined while there is nothing to say.
 */
export function followShutdown(last: RestartRecord, power: BmcPowerState | undefined, input: PlanInput): RestartProgress | undefined {
  const shuttingDown = last.kind === 'ColdCycle' && last.powerOnTime === undefined && (power === 'On' || power === 'PoweringOff');
  if (!shuttingDown) return undefined;
  const { forceOff, cleanShutdownTimeoutSeconds: limit } = input.spec.disruption;
  // A command that was repeated gets its time again.
  if (sentSecondsAgo(last, input) <= limit * last.sends) return undefined;
  if (forceOff === 'Never') return askForPowerOff(limit);
  const { host } = input.observation;
  if (host.known || !SILENT.has(host.because.reason)) return cannotTell(limit, host.known ? 'it answers' : host.because.message);
  return cutPower(last, input.now, limit);
}

function askForPowerOff(limit: number): RestartProgress {
  return blockedBy(
    `the host was told to shut down for a power cycle and is still not off after ${limit} s; look at its console; switch it off by hand (its configuration is saved), or set spec.disruption.forceOff: AfterCleanShutdownTimedOut; the operator then powers it on and goes on by itself`,
  );
}

function cannotTell(limit: number, why: string): RestartProgress {
  return blockedBy(
    `the host was told to shut down for a power cycle and is still not off after ${limit} s; its power is not cut, since nobody can tell whether it hangs: ${why}`,
  );
}

function cutPower(last: RestartRecord, now: Date, limit: number): RestartProgress {
  const sent = last.forceOffs ?? 0;
  const message = `the clean shutdown did not end within ${limit} s; cutting the power through the BMC`;
  const waiting = { reason: 'Restarting', message };
  if (last.forceOffTime !== undefined && secondsSince(last.forceOffTime, now) <= FORCE_OFF_PATIENCE)
    return { steps: [], waiting, blocked: undefined };
  if (sent < MOST_FORCE_OFFS) return { steps: [{ kind: 'ForceOff', because: 'shutdown-timed-out' }], waiting, blocked: undefined };
  return blockedBy(
    `the host did not shut down within ${limit} s, and its BMC was told ${sent} times to cut the power and still says that it is on; switch it off by hand and the operator goes on by itself`,
  );
}

function blockedBy(message: string): RestartProgress {
  const problem = { reason: 'CleanShutdownTimedOut', message };
  return { steps: [], waiting: problem, blocked: problem };
}

function secondsSince(time: string, now: Date): number {
  return (now.getTime() - new Date(time).getTime()) / 1000;
}
