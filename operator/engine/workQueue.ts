// The queue of keys to reconcile: each key once, never two workers on one key, nothing that arrived meanwhile lost.
import { type Backoff, createBackoff } from './backoff.ts';
import { type Clock, systemClock } from './clock.ts';

/** What happens in the queue, for metrics. Durations in seconds. */
export interface QueueObserver {
  depth(keys: number): void;
  added(): void;
  retried(): void;
  waited(seconds: number): void;
  worked(seconds: number): void;
  /** Told once: how to read the keys at work, with the milliseconds since they were taken. */
  atWork(running: () => ReadonlyMap<string, number>): void;
}

export interface WorkQueueOptions {
  readonly clock?: Clock;
  readonly backoff?: Backoff;
  readonly observer?: QueueObserver;
}

/**
 * The three sets of client-go's workqueue (`queue`, `dirty`, `processing`), with kube-rs' rule for delays: a key is
 * scheduled at most once, and the earliest time wins.
 */
export interface WorkQueue {
  /** Now, or right after the run that is under way. */
  add(key: string): void;
  /** Once, `ms` from now, unless the key is due earlier anyway. */
  addAfter(key: string, ms: number): void;
  /** After the key's back-off, which grows with each call until `forget`. */
  addRateLimited(key: string): void;
  /** Ends the key's back-off. */
  forget(key: string): void;
  /** The next key to work on; waits for one. Undefined once the queue is shut down. `done` must follow. */
  take(): Promise<string | undefined>;
  done(key: string): void;
  /** Failures in a row. */
  failures(key: string): number;
  /** Keys that wait for a worker. */
  readonly length: number;
  /** Keys at work, with the milliseconds since they were taken. */
  running(): ReadonlyMap<string, number>;
  /** Gives out nothing any more: pending keys are dropped, waiting takers get undefined. */
  shutDown(): void;
}

interface Delayed {
  readonly at: number;
  readonly cancel: () => void;
}

export function createWorkQueue(options: WorkQueueOptions = {}): WorkQueue {
  return new KeyQueue(options);
}

class KeyQueue implements WorkQueue {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #observer: QueueObserver | undefined;
  /** In order of arrival, with the time of it: keys that are dirty and not at work. */
  readonly #queue = new Map<string, number>();
  /** Keys that must run (again). */
  readonly #dirty = new Set<string>();
  /** Keys at work, with the time they were taken. */
  readonly #processing = new Map<string, number>();
  readonly #delayed = new Map<string, Delayed>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #closed = false;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock ?? systemClock;
    this.#backoff = options.backoff ?? createBackoff();
    this.#observer = options.observer;
    this.#observer?.atWork(() => this.running());
  }

  add(key: string): void {
    if (this.#closed) return;
    this.#undelay(key);
    if (this.#dirty.has(key)) return;
    this.#dirty.add(key);
    this.#observer?.added();
    // A key at work is queued by `done`, so that no second worker takes it now.
    if (!this.#processing.has(key)) this.#enqueue(key);
  }

  addAfter(key: string, ms: number): void {
    if (ms <= 0) {
      this.add(key);
      return;
    }
    const at = this.#clock.now() + ms;
    const pending = this.#delayed.get(key);
    if (this.#closed || this.#dirty.has(key) || (pending !== undefined && pending.at <= at)) return;
    pending?.cancel();
    this.#delayed.set(key, { at, cancel: this.#clock.after(ms, () => this.add(key)) });
  }

  addRateLimited(key: string): void {
    if (this.#closed) return;
    this.#observer?.retried();
    this.addAfter(key, this.#backoff.next(key));
  }

  forget(key: string): void {
    this.#backoff.forget(key);
  }

  failures(key: string): number {
    return this.#backoff.failures(key);
  }

  async take(): Promise<string | undefined> {
    if (this.#closed) return undefined;
    const first = this.#queue.keys().next();
    if (first.done !== true) return this.#start(first.value);
    return await new Promise((resolve) => this.#takers.push(resolve));
  }

  done(key: string): void {
    const since = this.#processing.get(key);
    if (since === undefined) return;
    this.#processing.delete(key);
    this.#observer?.worked((this.#clock.now() - since) / 1_000);
    if (this.#dirty.has(key) && !this.#closed) this.#enqueue(key);
  }

  get length(): number {
    return this.#queue.size;
  }

  running(): ReadonlyMap<string, number> {
    const now = this.#clock.now();
    return new Map([...this.#processing].map(([key, since]) => [key, now - since]));
  }

  shutDown(): void {
    this.#closed = true;
    for (const { cancel } of this.#delayed.values()) cancel();
    this.#delayed.clear();
    this.#queue.clear();
    this.#dirty.clear();
    this.#observer?.depth(0);
    for (const resolve of this.#takers.splice(0)) resolve(undefined);
  }

  #enqueue(key: string): void {
    this.#queue.set(key, this.#clock.now());
    const taker = this.#takers.shift();
    if (taker !== undefined) taker(this.#start(key));
    else this.#observer?.depth(this.#queue.size);
  }

  #start(key: string): string {
    const now = this.#clock.now();
    this.#observer?.waited((now - (this.#queue.get(key) ?? now)) / 1_000);
    this.#queue.delete(key);
    this.#dirty.delete(key);
    this.#processing.set(key, now);
    this.#observer?.depth(this.#queue.size);
    return key;
  }

  #undelay(key: string): void {
    this.#delayed.get(key)?.cancel();
    this.#delayed.delete(key);
  }
}
