/** The verb detach: the host is handed back as far as it is in our hands, and then not touched before the annotation goes. */
import { ANNOTATIONS, HOST_FINALIZER } from '../../../api/group.ts';
import { reasonEntry } from '../../../api/reasons.ts';
import type { SriovHost, SriovHostStatus } from '../../../api/types.ts';
import type { ReconcileContext, ReconcileResult } from '../../../engine/types.ts';
import { keyOf } from '../../names.ts';
import type { Patience } from '../../patience.ts';
import type { HostControllerOptions, Look } from '../controller.ts';
import { type HostMemory, readMemory } from '../memory.ts';
import { detachAsked, isDetached, letGone, takeUpDetach } from '../rules/detach.ts';
import { isInOurHands } from '../rules/permit.ts';
import { reportDetached, reportDetaching } from '../status/detached.ts';
import { letGo, patienceMs } from './letGo.ts';

export interface DetachDoors {
  readonly options: HostControllerOptions;
  readonly patience: Patience;
  /** One look at the host as it is in the API server now. */
  readonly look: (host: SriovHost) => Promise<Look>;
  readonly follow: (look: Look) => Promise<void>;
}

/** Undefined where nobody asks for it. A host that is not in our hands is let go without a look at it, so also one that is gone. */
export async function detach(doors: DetachDoors, cached: SriovHost, context: ReconcileContext): Promise<ReconcileResult | undefined> {
  if (detachAsked(cached) === undefined) return undefined;
  const { options } = doors;
  const { namespace, name } = cached.metadata;
  // What was begun may not be in the cache yet.
  const host = isDetached(cached) ? cached : await options.cluster.fresh('SriovHost', namespace, name, context.signal);
  if (host === undefined || detachAsked(host) === undefined) return { kind: 'requeueAfter', ms: 0 };
  const memory = takeUpDetach(host, readMemory(host, false), options.now());
  if (isDetached(host)) return await stayAway(options, { host, memory }, context);
  let [known, latest] = [memory, host];
  if (isInOurHands(memory)) {
    const reported = await write(options, host, reportDetaching(host, memory, options.now()), context);
    const look = await doors.look(reported);
    const follow = (): Promise<void> => doors.follow(look);
    const waitedMs = doors.patience.waitedMs(keyOf(host), `detached ${memory.detach?.requestedTime}`);
    if (!(await letGo({ options, follow }, look, { waitedMs, patienceMs: patienceMs(look), before: 'was detached', context }))) {
      return { kind: 'requeueAfter', ms: options.intervals.restartPollMs };
    }
    [known, latest] = [look.memory, reported];
  }
  return await stayAway(options, { host: latest, memory: letGone(known, options.now()) }, context);
}

/** The status comes first: what is released after it is released again after a crash. */
async function stayAway(
  options: HostControllerOptions,
  { host, memory }: { readonly host: SriovHost; readonly memory: HostMemory },
  context: ReconcileContext,
): Promise<ReconcileResult> {
  const { esxi, permits, cluster, now } = options;
  esxi.forget(keyOf(host));
  const reported = await write(options, host, reportDetached(host, memory, now()), context);
  if (await permits.mayHold(host, context.signal)) await permits.release(host, context.signal);
  if (host.metadata.finalizers?.includes(HOST_FINALIZER) === true) {
    await cluster.removeFinalizer('SriovHost', reported, HOST_FINALIZER, context.signal);
  }
  return { kind: 'done' };
}

async function write(
  options: HostControllerOptions,
  host: SriovHost,
  status: SriovHostStatus,
  context: ReconcileContext,
): Promise<SriovHost> {
  const ready = status.conditions?.find(({ type }) => type === 'Ready');
  const before = host.status?.conditions?.find(({ type }) => type === 'Ready');
  const reason = ready?.reason === 'Detached' ? 'Detached' : 'Detaching';
  const { event } = reasonEntry('SriovHost', reason);
  if (ready !== undefined && ready.reason !== before?.reason && event !== 'None') {
    options.cluster.event(host, { reason, type: event, action: 'Detach', note: `${ready.message} (${ANNOTATIONS.detach})` });
  }
  return await options.cluster.applyStatus('SriovHost', host, status, context.signal);
}
