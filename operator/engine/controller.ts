// Runs one reconciler with N workers and turns each outcome into what happens to the key next.
import { randomUUID } from 'node:crypto';
import { type Backoff, createBackoff } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Logger } from './log.ts';
import { withLogFields } from './logScope.ts';
import { type ReconcileOutcome, reconcileOnce } from './reconcileOnce.ts';
import { errorType, noTracer, type Tracer } from './tracing.ts';
import type { Reconciler } from './types.ts';
import { createWorkQueue, type QueueObserver, type WorkQueue } from './workQueue.ts';

/** What a controller tells the metrics. */
export interface ControllerObserver extends QueueObserver {
  workers(configured: number): void;
  active(change: 1 | -1): void;
  finished(outcome: ReconcileOutcome['kind'], seconds: number): void;
  panicked(): void;
  timedOut(): void;
}

export interface ControllerOptions {
  readonly name: string;
  readonly reconciler: Reconciler;
  /** Keys reconciled at the same time. */
  readonly workers: number;
  readonly log: Logger;
  /** What log lines and spans of a reconcile say of its object besides the key, for example its generation. */
  readonly describe?: (key: string) => Readonly<Record<string, string | number>>;
  readonly tracer?: Tracer;
  /**
   * A key that ended with `done` is looked at again after this many milliseconds, less up to a fifth, as long as
   * `exists` says so: hosts drift without telling Kubernetes.
   */
  readonly resync?: { readonly everyMs: number; readonly exists: (key: string) => boolean };
  /** Aborts a reconcile that takes longer. Default: none, the ports have their own limits. */
  readonly reconcileTimeoutMs?: number;
  /** A reconcile that runs longer counts as stuck: the liveness check fails. Default 2 h. */
  readonly stuckAfterMs?: number;
  readonly backoff?: Backoff;
  readonly observer?: ControllerObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface Controller {
  readonly name: string;
  /** Something about this key changed. May be called before `start`; such keys wait. */
  enqueue(key: string): void;
  enqueueAfter(key: string, ms: number): void;
  /** Starts the workers. `signal` is what every reconcile gets; its abort also ends the workers. */
  start(signal: AbortSignal): void;
  /** Takes no new work; resolves when the runs under way have ended, however long that is. */
  drain(): Promise<void>;
  /** Why this controller is not alive, for the liveness check; empty when it is. */
  problems(): readonly string[];
}

const RESYNC_JITTER = 0.2;

export function createController(options: ControllerOptions): Controller {
  return new WorkerPool(options);
}

class WorkerPool implements Controller {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #clock: Clock;
  readonly #queue: WorkQueue;
  #workers: Promise<void>[] = [];
  #alive = 0;
  #draining = false;

  constructor(options: ControllerOptions) {
    this.name = options.name;
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#queue = createWorkQueue({
      clock: this.#clock,
      backoff: options.backoff ?? createBackoff(),
      ...(options.observer === undefined ? {} : { observer: options.observer }),
    });
  }

  enqueue(key: string): void {
    this.#queue.add(key);
  }

  enqueueAfter(key: string, ms: number): void {
    this.#queue.addAfter(key, ms);
  }

  start(signal: AbortSignal): void {
    this.#options.observer?.workers(this.#options.workers);
    signal.addEventListener('abort', () => this.#close(), { once: true });
    if (signal.aborted) this.#close();
    this.#workers = Array.from({ length: this.#options.workers }, () => this.#work(signal));
  }

  async drain(): Promise<void> {
    this.#close();
    await Promise.all(this.#workers);
  }

  problems(): readonly string[] {
    if (this.#draining) return [];
    const dead = this.#workers.length - this.#alive;
    const limit = this.#options.stuckAfterMs ?? 7_200_000;
    const stuck = [...this.#queue.running()].filter(([, ms]) => ms > limit);
    return [
      ...(dead > 0 ? [`${this.name}: ${dead} of ${this.#workers.length} workers have ended`] : []),
      ...stuck.map(([key, ms]) => `${this.name}: reconciling ${key} for ${Math.round(ms / 1_000)} s`),
    ];
  }

  #close(): void {
    this.#draining = true;
    this.#queue.shutDown();
  }

  async #work(signal: AbortSignal): Promise<void> {
    this.#alive += 1;
    try {
      for (let key = await this.#queue.take(); key !== undefined; key = await this.#queue.take()) {
        await this.#run(key, signal);
      }
    } catch (error) {
      // Not the reconciler's failure but the engine's own: the liveness check sees the missing worker.
      this.#options.log.error('a worker has ended because of a bug in the operator; please report it', { controller: this.name, error });
    } finally {
      this.#alive -= 1;
    }
  }

  async #run(key: string, signal: AbortSignal): Promise<void> {
    const { observer } = this.#options;
    const fields = { controller: this.name, key, ...this.#options.describe?.(key), reconcileId: randomUUID() };
    const started = this.#clock.now();
    observer?.active(1);
    const outcome = await withLogFields(fields, () => this.#reconcile(key, fields, signal));
    observer?.active(-1);
    observer?.finished(outcome.kind, (this.#clock.now() - started) / 1_000);
    if (outcome.kind === 'error' && outcome.panic) observer?.panicked();
    if (outcome.kind === 'error' && outcome.timedOut) observer?.timedOut();
    this.#dispatch(key, outcome);
    this.#queue.done(key);
  }

  #reconcile(key: string, fields: Readonly<Record<string, string | number>>, signal: AbortSignal): Promise<ReconcileOutcome> {
    const { reconciler, reconcileTimeoutMs: timeoutMs, tracer = noTracer } = this.#options;
    const log = this.#options.log.child(fields);
    return tracer.span(`reconcile ${this.name}`, fields, async (span) => {
      const outcome = await reconcileOnce({ reconciler, key, log, signal, timeoutMs, clock: this.#clock, tracer });
      span.set({ outcome: outcome.kind });
      if (outcome.kind === 'error' || outcome.kind === 'terminal') span.fail(errorType(outcome.error));
      return outcome;
    });
  }

  /** The same table as controller-runtime's `reconcileHandler`, plus the resync. */
  #dispatch(key: string, outcome: ReconcileOutcome): void {
    switch (outcome.kind) {
      case 'error':
        this.#queue.addRateLimited(key);
        return;
      case 'terminal':
      case 'aborted':
        this.#queue.forget(key);
        return;
      case 'requeueAfter':
        this.#queue.forget(key);
        this.#queue.addAfter(key, outcome.ms);
        return;
      case 'done':
        this.#queue.forget(key);
        this.#scheduleResync(key);
    }
  }

  #scheduleResync(key: string): void {
    const { resync, random = Math.random } = this.#options;
    if (resync?.exists(key) === true) this.#queue.addAfter(key, resync.everyMs * (1 - RESYNC_JITTER * random()));
  }
}
