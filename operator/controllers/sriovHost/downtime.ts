/** How long a host will be away for a plan's restarts. Pure. */
import type { RestartRecord } from '../../api/types.ts';
import type { HostPlan } from './plan.ts';

/** Servers take five to fifteen minutes for a boot, and a power cycle runs the whole self-test of the hardware on top. */
const RULE_OF_THUMB_SECONDS = { WarmReboot: 600, ColdCycle: 900 } as const;

/** Undefined where the plan has no restart. A restart that this host has behind it says more than any rule of thumb. */
export function expectedDowntimeSeconds(plan: HostPlan, last: RestartRecord | undefined): number | undefined {
  if (plan.restarts === 0) return undefined;
  const kind = plan.steps.some((step) => step.kind === 'ColdCycle') ? 'ColdCycle' : 'WarmReboot';
  const took = last?.completedTime === undefined ? undefined : seconds(last.requestedTime, last.completedTime);
  const first = took ?? RULE_OF_THUMB_SECONDS[kind];
  // A second restart is foreseen where the firmware can only be read after the first: that one may be a power cycle.
  const others = (plan.restarts - 1) * (took ?? RULE_OF_THUMB_SECONDS.ColdCycle);
  return Math.max(1, Math.round(first + others));
}

function seconds(from: string, to: string): number {
  return (new Date(to).getTime() - new Date(from).getTime()) / 1000;
}
