/** A deleted SriovHost: the host is restored where that was promised, leaves maintenance mode, gets its VMs back; then the object goes. */
import { findCondition } from '../../api/conditions.ts';
import { HOST_FINALIZER } from '../../api/group.ts';
import { reasonEntry } from '../../api/reasons.ts';
import type { SriovHost } from '../../api/types.ts';
import type { ReconcileContext, ReconcileResult } from '../../engine/types.ts';
import { leaveMaintenance } from './actMaintenance.ts';
import { returnPower } from './actVms.ts';
import type { HostControllerOptions, Look, Settled } from './controller.ts';
import { keyOf } from './observeTargets.ts';
import { restoresOnDeletion } from './rules/restore.ts';

/** How long a deleted object waits for its host to be handed back, in milliseconds. */
const HAND_BACK_PATIENCE_MS = 15 * 60_000;

export interface HandBackDoors {
  readonly options: HostControllerOptions;
  /** Plans, acts and reports as for an object that stays. */
  readonly settle: () => Promise<Settled>;
  /** Follows a restart that is under way. */
  readonly follow: () => Promise<void>;
}

export async function handBack(
  { options, settle, follow }: HandBackDoors,
  look: Look,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { host, memory, observation } = look;
  const { cluster, esxi, permits, now, intervals } = options;
  const again: ReconcileResult = { kind: 'requeueAfter', ms: intervals.restartPollMs };
  if (restoresOnDeletion(host, memory) && unreachableMs(look, now()) < patienceMs(look)) {
    const { plan, next } = await settle();
    if (plan.blocked?.reason !== 'Restored') return next();
  }
  const waited = now().getTime() - deletedAt(host);
  const restarting = memory.lastRestart !== undefined && memory.lastRestart.state !== 'Completed';
  const done = observation.host.known && !restarting;
  if (!done && waited < HAND_BACK_PATIENCE_MS) {
    if (restarting) await follow();
    return again;
  }
  if (done && look.ports.host.known && memory.maintenanceEnteredByUs && observation.host.value.maintenanceMode) {
    await leaveMaintenance({ host: look.ports.host, vsphere: look.vsphere }, context.signal);
  }
  const left = done ? await returnPower(look.vsphere, memory.poweredOffVms, context.signal) : memory.poweredOffVms;
  if (left.length > 0 && waited < HAND_BACK_PATIENCE_MS) return again;
  const tell = (reason: 'VmNotRestored' | 'HostUnreachable', note: string): void => {
    const { event } = reasonEntry('SriovHost', reason);
    if (event !== 'None') cluster.event(host, { reason, type: event, action: 'HandBack', note });
  };
  if (left.length > 0) {
    const names = left.map(({ name }) => name).join(', ');
    tell('VmNotRestored', `VM(s) that were shut down for a restart were not powered on again before the object was deleted: ${names}`);
  }
  if (!done) {
    tell('HostUnreachable', 'the host could not be handed back before the object was deleted: it may still be in maintenance mode, or off');
  }
  esxi.forget(keyOf(host));
  if (await permits.mayHold(host, context.signal)) await permits.release(host, context.signal);
  await cluster.removeFinalizer('SriovHost', host, HOST_FINALIZER, context.signal);
  return { kind: 'done' };
}

function deletedAt({ metadata }: SriovHost): number {
  return new Date(metadata.deletionTimestamp ?? 0).getTime();
}

/** Since the object was deleted or the host was last seen, whichever is later: a restore may wait for people, not for a host that is gone. */
function unreachableMs({ host, observation }: Look, now: Date): number {
  if (observation.host.known) return 0;
  const reachable = findCondition(host.status?.conditions, 'Reachable');
  const since = reachable?.status === 'False' ? new Date(reachable.lastTransitionTime).getTime() : now.getTime();
  return now.getTime() - Math.max(since, deletedAt(host));
}

/** A restart of ours may take as long as the spec allows. */
function patienceMs({ host, memory }: Look): number {
  const restarting = memory.lastRestart?.state === 'Requested';
  return Math.max(HAND_BACK_PATIENCE_MS, restarting ? host.spec.disruption.restartTimeoutSeconds * 1000 : 0);
}
