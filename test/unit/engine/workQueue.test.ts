// The rules of the queue, by example and by chance.
import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBackoff } from '../../../operator/engine/backoff.ts';
import { createWorkQueue, type QueueObserver, type WorkQueue } from '../../../operator/engine/workQueue.ts';
import { createFakeClock, type FakeClock } from './fakeClock.ts';

let clock: FakeClock;
let queue: WorkQueue;

beforeEach(() => {
  clock = createFakeClock();
  queue = createWorkQueue({ clock, backoff: createBackoff({ baseMs: 1_000, maxMs: 60_000, jitter: 0 }) });
});

describe('the work queue', () => {
  it('gives keys out in order of arrival, each once however often it was added', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key);
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(['a', 'b', 'c']);
    expect(queue.length).toBe(0);
  });

  it('wakes a worker that waits', async () => {
    const taken = queue.take();
    queue.add('a');
    expect(await taken).toBe('a');
  });

  it('never gives a key to two workers, and runs it once more when it was added meanwhile', async () => {
    queue.add('a');
    await queue.take();
    queue.add('a');
    queue.add('a');
    expect(queue.length).toBe(0);
    queue.done('a');
    expect(queue.length).toBe(1);
    expect(await queue.take()).toBe('a');
    queue.done('a');
    expect(queue.length).toBe(0);
  });

  it.each([
    { why: 'a later time does not move an earlier one', delays: [100, 500], due: 100 },
    { why: 'an earlier time replaces a later one', delays: [500, 100], due: 100 },
    { why: 'no delay is now', delays: [500, 0], due: 0 },
    { why: 'a negative delay is now', delays: [-5], due: 0 },
  ])('schedules a key once, at the earliest time: $why', async ({ delays, due }) => {
    for (const ms of delays) queue.addAfter('a', ms);
    await clock.advance(due - 1);
    expect(queue.length).toBe(due === 0 ? 1 : 0);
    await clock.advance(1);
    expect(queue.length).toBe(1);
    await clock.advance(1_000);
    expect({ length: queue.length, pending: clock.pending() }).toEqual({ length: 1, pending: 0 });
  });

  it('forgets a delay when the key is added now', async () => {
    queue.addAfter('a', 100);
    queue.add('a');
    await queue.take();
    queue.done('a');
    await clock.advance(1_000);
    expect(queue.length).toBe(0);
  });

  it('does not schedule what is about to run anyway', async () => {
    queue.add('a');
    queue.addAfter('a', 100);
    expect(clock.pending()).toBe(0);
  });

  it('schedules a key that is at work', async () => {
    queue.add('a');
    await queue.take();
    queue.addAfter('a', 100);
    queue.done('a');
    await clock.advance(100);
    expect(queue.length).toBe(1);
  });

  it('backs off for each key by itself until it is forgotten', async () => {
    const due = async (key: string) => {
      const from = clock.now();
      queue.addRateLimited(key);
      for (let waited = 0; queue.length === 0 && waited < 60_000; waited += 100) await clock.advance(100);
      expect(queue.length).toBe(1);
      expect(await queue.take()).toBe(key);
      queue.done(key);
      return clock.now() - from;
    };
    expect([await due('a'), await due('a'), await due('a'), await due('b')]).toEqual([1_000, 2_000, 4_000, 1_000]);
    expect(queue.failures('a')).toBe(3);
    queue.forget('a');
    expect(await due('a')).toBe(1_000);
  });

  it('gives out nothing after the shutdown, and no timer stays', async () => {
    const waiting = queue.take();
    queue.shutDown();
    expect(await waiting).toBeUndefined();
    queue.add('a');
    queue.addAfter('b', 10);
    queue.addRateLimited('c');
    expect(await queue.take()).toBeUndefined();
    expect({ length: queue.length, pending: clock.pending() }).toEqual({ length: 0, pending: 0 });
  });

  it('drops what was pending at the shutdown, but lets the key at work be done', async () => {
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    await queue.take();
    queue.add('a');
    queue.shutDown();
    queue.done('a');
    expect({ length: queue.length, running: queue.running().size, pending: clock.pending() }).toEqual({
      length: 0,
      running: 0,
      pending: 0,
    });
  });

  it('tells its observer depth, additions, waits, work and retries, and knows what is at work', async () => {
    const told: string[] = [];
    const observer: QueueObserver = {
      depth: (keys) => told.push(`depth ${keys}`),
      added: () => told.push('added'),
      retried: () => told.push('retried'),
      waited: (seconds) => told.push(`waited ${seconds}`),
      worked: (seconds) => told.push(`worked ${seconds}`),
      atWork: () => told.push('atWork'),
    };
    queue = createWorkQueue({ clock, backoff: createBackoff({ jitter: 0 }), observer });
    queue.add('a');
    await clock.advance(2_000);
    await queue.take();
    await clock.advance(3_000);
    expect([...queue.running()]).toEqual([['a', 3_000]]);
    queue.done('a');
    queue.addRateLimited('a');
    expect(told).toEqual(['atWork', 'added', 'depth 1', 'waited 2', 'depth 0', 'worked 3', 'retried']);
  });

  it('loses no key and never overlaps, whatever the order of calls', async () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const step: fc.Arbitrary<Step> = fc.oneof(
      key.map(
        (name): Step =>
          (world) =>
            world.ask(name, () => world.queue.add(name)),
      ),
      fc.tuple(key, fc.integer({ min: 1, max: 50 })).map(
        ([name, ms]): Step =>
          (world) =>
            world.ask(name, () => world.queue.addAfter(name, ms)),
      ),
      key.map(
        (name): Step =>
          (world) =>
            world.finish(name),
      ),
      fc.constant<Step>((world) => world.take()),
      fc.integer({ min: 1, max: 30 }).map(
        (ms): Step =>
          (world) =>
            world.clock.advance(ms),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const world = new QueueWorld();
        for (const next of steps) await next(world);
        expect(await world.rest()).toEqual(world.owed);
      }),
    );
  });
});

type Step = (world: QueueWorld) => void | Promise<void>;

/** What somebody who knows only the contract of the queue keeps book of. */
class QueueWorld {
  readonly clock = createFakeClock();
  readonly queue = createWorkQueue({ clock: this.clock });
  /** Keys that somebody asked for and that no run has started for since. */
  readonly owed = new Set<string>();
  readonly #atWork = new Set<string>();

  ask(key: string, call: () => void): void {
    call();
    this.owed.add(key);
  }

  async take(): Promise<void> {
    if (this.queue.length === 0) return;
    const key = (await this.queue.take()) ?? '';
    expect(this.#atWork.has(key)).toBe(false);
    this.#atWork.add(key);
    this.owed.delete(key);
  }

  finish(key: string): void {
    this.queue.done(key);
    this.#atWork.delete(key);
  }

  /** The keys that still come when everything ends and time passes. */
  async rest(): Promise<ReadonlySet<string>> {
    for (const key of this.#atWork) this.queue.done(key);
    await this.clock.advance(100);
    const left = new Set<string>();
    while (this.queue.length > 0) left.add((await this.queue.take()) ?? '');
    return left;
  }
}
