/** Rule: a host that is off for a power cycle is switched on, again and again as long as it stays off; and that it stays off is said. Pure. */
import type { RestartRecord } from '../../../api/types.ts';
import type { PlanInput } from './input.ts';
import type { RestartProgress } from './restartProgress.ts';

/** How long power may take to be seen after the BMC took the command, in seconds: it is not asked at every look. */
const POWER_ON_PATIENCE = 60;

/** For a host whose BMC says that power is off. It is never given up: only the operator knows that the host should run. */
export function switchOn(last: RestartRecord, { now, spec }: PlanInput): RestartProgress {
  const waiting = { reason: 'Restarting', message: 'the host is shut down and its power is off; powering it on through the BMC' };
  const limit = spec.disruption.restartTimeoutSeconds;
  const stuck = last.powerOnTime !== undefined && secondsSince(last.powerOnTime, now) > limit;
  const blocked = !stuck
    ? undefined
    : {
        reason: 'RestartTimedOut',
        message: `the host was shut down for a power cycle, and ${limit} s after its BMC was first told to power it on the BMC still says that power is Off; read the event log of the BMC and switch the host on by hand; until then the operator goes on trying, and once it runs it goes on by itself`,
      };
  return { steps: takenJustNow(last, now) ? [] : [{ kind: 'PowerOn', because: 'cold-cycle' }], waiting, blocked };
}

/** A time that lies ahead, after a clock was set back, is no reason to leave a host off. */
function takenJustNow({ powerOnSentTime }: RestartRecord, now: Date): boolean {
  if (powerOnSentTime === undefined) return false;
  const ago = secondsSince(powerOnSentTime, now);
  return ago >= 0 && ago < POWER_ON_PATIENCE;
}

function secondsSince(time: string, now: Date): number {
  return (now.getTime() - new Date(time).getTime()) / 1000;
}
