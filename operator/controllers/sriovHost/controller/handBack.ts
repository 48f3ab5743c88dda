/** A deleted SriovHost: the host is restored where that was promised, leaves maintenance mode, gets its VMs back; then the object goes. */
import { findCondition } from '../../../api/conditions.ts';
import { HOST_FINALIZER } from '../../../api/group.ts';
import type { SriovHost } from '../../../api/types.ts';
import type { ReconcileContext, ReconcileResult } from '../../../engine/types.ts';
import { keyOf } from '../../names.ts';
import type { Patience } from '../../patience.ts';
import type { HostControllerOptions, Look, Settled } from '../controller.ts';
import { restoresOnDeletion } from '../rules/restore.ts';
import { letGo, patienceMs } from './letGo.ts';

export interface HandBackDoors {
  readonly options: HostControllerOptions;
  readonly patience: Patience;
  /** Plans, acts and reports as for an object that stays. */
  readonly settle: () => Promise<Settled>;
  /** Follows a restart that is under way. */
  readonly follow: () => Promise<void>;
}

export async function handBack(
  { options, patience, settle, follow }: HandBackDoors,
  look: Look,
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { host, memory } = look;
  const { cluster, esxi, permits, now, intervals } = options;
  const again: ReconcileResult = { kind: 'requeueAfter', ms: intervals.restartPollMs };
  const waitedMs = patience.waitedMs(keyOf(host), `deleted ${host.metadata.uid}`);
  if (restoresOnDeletion(host, memory) && unreachableMs(look, now()) < patienceMs(look)) {
    const { plan, next } = await settle();
    if (plan.blocked?.reason !== 'Restored') return next();
  }
  const terms = { waitedMs, patienceMs: patienceMs(look), before: 'was deleted', context };
  if (!(await letGo({ options, follow }, look, terms))) return again;
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
