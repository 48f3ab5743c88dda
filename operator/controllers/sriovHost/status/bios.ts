/** The condition BiosConfigured, as far as no problem is known: what is still missing. Pure. */
import type { HostObservation } from '../observation.ts';
import type { HostPlan } from '../plan.ts';

export function biosState(plan: HostPlan, observation: HostObservation, declared: Readonly<Record<string, string>> | undefined) {
  const names = Object.keys(declared ?? {});
  const open = plan.pending.filter((item) => item.startsWith('bios/')).map((item) => item.slice('bios/'.length));
  return {
    known: names.length === 0 || (plan.waiting === undefined && observation.bios?.known === true),
    pending: open.length === 0 ? undefined : `not in effect yet: ${open.join(', ')}`,
  };
}
