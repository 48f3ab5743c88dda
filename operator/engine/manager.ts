// The life of the process: caches, lease, controllers, and an orderly end.
import type { Controller } from './controller.ts';
import type { HealthServer } from './health.ts';
import type { Logger } from './log.ts';

/** Something that mirrors a part of the world and is complete at some point: a watch cache. */
export interface Cache {
  readonly name: string;
  /** Runs until the signal aborts. */
  start(signal: AbortSignal): void;
  /** Resolves when the first complete picture is there. */
  readonly synced: Promise<void>;
  /** Resolves when everything that was written before the call is in the picture, however far behind it was. */
  refresh(): Promise<void>;
}

/** The right to write. `kube/lease.ts` implements it on a Lease object. */
export interface LeaderLease {
  /** Resolves when it is ours; rejects when the signal aborts first. */
  acquire(signal: AbortSignal): Promise<HeldLease>;
}

export interface HeldLease {
  /** Aborts when it can no longer be ours. */
  readonly lost: AbortSignal;
  /** Gives it up, so that the next one need not wait for it to expire. Never rejects. */
  release(): Promise<void>;
}

export interface ManagerOptions {
  readonly caches: readonly Cache[];
  /** Undefined: there is only one of us, for example a `Recreate` deployment or a run by hand. */
  readonly lease: LeaderLease | undefined;
  readonly controllers: readonly Controller[];
  readonly health: HealthServer | undefined;
  readonly log: Logger;
  /** How long the reconciles under way may go on after a stop before they are aborted, in milliseconds. */
  readonly graceMs: number;
  /** Told when we become and cease to be the leader, for a metric. */
  readonly onLeading?: (leading: boolean) => void;
}

/** After the abort, a reconcile that ignores its signal is not waited for any longer than this. */
const ABORT_GRACE_MS = 2_000;

/**
 * Runs until `stop` aborts (resolves with 0) or the lease is lost (resolves with 1: the process must end, since what it
 * still has under way is no longer allowed). Only a failing start rejects.
 */
export async function runManager(options: ManagerOptions, stop: AbortSignal): Promise<number> {
  const { log, health } = options;
  const caches = new AbortController();
  const unsynced = startCaches(options, caches.signal);
  health?.addReadinessCheck(() => [...unsynced].map((name) => `the cache of ${name} is not complete yet`));
  health?.addLivenessCheck(() => options.controllers.flatMap((controller) => controller.problems()));
  try {
    const ready = await beforeStop(Promise.all(options.caches.map((cache) => cache.synced)), stop);
    if (!ready) return 0;
    log.info('caches are complete');
    const held = await acquire(options, stop);
    if (held === 'stopped') return 0;
    return await lead(options, held, stop);
  } finally {
    caches.abort(new Error('the manager has ended'));
  }
}

function startCaches({ caches, log }: ManagerOptions, signal: AbortSignal): ReadonlySet<string> {
  const unsynced = new Set(caches.map((cache) => cache.name));
  for (const cache of caches) {
    cache.start(signal);
    cache.synced.then(
      () => unsynced.delete(cache.name),
      (error: unknown) => log.error('a cache failed', { cache: cache.name, error }),
    );
  }
  return unsynced;
}

/** True when the work ended, false when the stop came first. */
async function beforeStop(work: Promise<unknown>, stop: AbortSignal): Promise<boolean> {
  const stopped = aborted(stop).then(() => false);
  return await Promise.race([work.then(() => true), stopped]);
}

async function acquire({ lease, log }: ManagerOptions, stop: AbortSignal): Promise<HeldLease | undefined | 'stopped'> {
  if (lease === undefined) return undefined;
  log.info('waiting for the lease');
  try {
    return await lease.acquire(stop);
  } catch (error) {
    if (stop.aborted) return 'stopped';
    throw error;
  }
}

async function lead(options: ManagerOptions, held: HeldLease | undefined, stop: AbortSignal): Promise<number> {
  const { controllers, log } = options;
  const work = new AbortController();
  const lost = held === undefined ? new Promise<never>(() => undefined) : aborted(held.lost);
  options.onLeading?.(true);
  if (held === undefined || (await catchUp(options, Promise.race([aborted(stop), lost])))) {
    log.info('starting controllers', { controllers: controllers.map((controller) => controller.name) });
    for (const controller of controllers) controller.start(work.signal);
  }
  const leaseLost = await Promise.race([aborted(stop).then(() => false), lost.then(() => true)]);
  const drained = Promise.all(controllers.map((controller) => controller.drain()));
  const reason = leaseLost ? 'the lease was lost' : 'the process is stopping';
  if (!leaseLost) {
    log.info('stopping: no new work; reconciles under way may finish', { graceMs: options.graceMs });
    // The lease can still be lost while the last steps run.
    await within(options.graceMs, Promise.race([drained, lost]));
  } else {
    log.error('the lease was lost: aborting everything');
  }
  work.abort(new Error(reason));
  const quiet = await within(ABORT_GRACE_MS, drained);
  options.onLeading?.(false);
  if (leaseLost) return 1;
  // Another process may start writing at once, so not while anything of ours may still do so: then the lease expires by itself.
  if (quiet) await held?.release();
  else log.warn('a reconcile ignores that it was aborted; the lease is left to expire');
  log.info('stopped');
  return 0;
}

/**
 * The leader before us wrote down what it sent to hosts, and a watch may be minutes behind, for example after a network failure that
 * also cost that leader its lease. True when all of it is here; false when leading was over before.
 */
async function catchUp({ caches }: ManagerOptions, over: Promise<unknown>): Promise<boolean> {
  const current = Promise.all(caches.map((cache) => cache.refresh()));
  return await Promise.race([current.then(() => true), over.then(() => false)]);
}

/** True when the work ended within the time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
