/** Rule: no more hosts are unavailable at a time than the operator was started for. Pure; controllers ask for the permit. */
import type { PermitHolder } from '../../../ports/cluster.ts';
import type { HostMemory } from '../memory.ts';
import type { HostStep } from '../steps.ts';
import type { Blocked, PlanInput } from './input.ts';

/** A host in maintenance mode, restarting or without its VMs through us keeps its permit, also when it is stuck there. */
export function isInOurHands(memory: Pick<HostMemory, 'maintenanceEnteredByUs' | 'lastRestart' | 'poweredOffVms'>): boolean {
  return memory.maintenanceEnteredByUs || memory.lastRestart?.state === 'Requested' || memory.poweredOffVms.length > 0;
}

/** True for the steps after which the host serves nobody. */
export function takesHostDown({ kind }: HostStep): boolean {
  return ['ShutDownVm', 'PowerOffVm', 'EnterMaintenance', 'WarmReboot', 'ColdCycle'].includes(kind);
}

/** Undefined also while nobody has asked yet: the plan decides first whether the host needs one. */
export function permitRefused({ permit, now }: PlanInput, steps: readonly HostStep[]): Blocked | undefined {
  if (permit === undefined || permit.granted || !steps.some(takesHostDown)) return undefined;
  const shown = permit.holders.slice(0, 5).map((holder) => describeHolder(holder, now));
  const more = permit.holders.length > shown.length ? ` and ${permit.holders.length - shown.length} more` : '';
  const whom = shown.length === 0 ? 'others were faster' : `waiting for ${shown.join(', ')}${more}`;
  return {
    reason: 'WaitingForPermit',
    message: `at most ${permit.limit} host(s) may be unavailable at the same time (--max-unavailable-hosts); ${whom}`,
  };
}

const SILENT_MS = 3_600_000;

function describeHolder({ host, renewed }: PermitHolder, now: Date): string {
  const silent = now.getTime() - new Date(renewed).getTime() > SILENT_MS;
  return silent ? `${host} (nobody has looked at it since ${renewed}: is it in a namespace that the operator still watches?)` : host;
}
