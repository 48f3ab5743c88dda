/** Rule: a host that somebody detaches is let go, and from then on it is nobody's. Pure. */
import { ANNOTATIONS } from '../../../api/group.ts';
import type { SriovHost } from '../../../api/types.ts';
import type { HostMemory } from '../memory.ts';

/** Its presence counts, as that of hold; deletion has its own way of handing a host back. */
export function detachAsked({ metadata }: SriovHost): string | undefined {
  return metadata.deletionTimestamp === undefined ? metadata.annotations?.[ANNOTATIONS.detach] : undefined;
}

/** The operator let the host go: there is nothing that it would have to look at it for. */
export function isDetached(host: SriovHost): boolean {
  return detachAsked(host) !== undefined && host.status?.detach?.completedTime !== undefined;
}

/** When the annotation was first seen; kept while it is there. */
export function takeUpDetach(host: SriovHost, memory: HostMemory, now: Date): HostMemory {
  return detachAsked(host) === undefined ? memory : { ...memory, detach: memory.detach ?? { requestedTime: now.toISOString() } };
}

/**
 * Memory of a host that is ours no more: what was owed to it is paid or given up, and an approval was for a plan that nobody goes on with.
 * The restart record stays only as history.
 */
export function letGone(memory: HostMemory, now: Date): HostMemory {
  const { lastRestart } = memory;
  return {
    ...memory,
    detach: { requestedTime: memory.detach?.requestedTime ?? now.toISOString(), completedTime: now.toISOString() },
    maintenanceEnteredByUs: false,
    maintenanceEntering: false,
    maintenanceSince: undefined,
    remainingVms: [],
    poweredOffVms: [],
    approval: undefined,
    drift: undefined,
    lastRestart: lastRestart?.state === 'Completed' ? lastRestart : undefined,
  };
}
