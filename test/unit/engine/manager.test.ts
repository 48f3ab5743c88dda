// The order of the process' life: caches, lease, controllers, and each of its ends.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createController } from '../../../operator/engine/controller.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { type Cache, type HeldLease, type LeaderLease, type ManagerOptions, runManager } from '../../../operator/engine/manager.ts';
import type { Reconciler } from '../../../operator/engine/types.ts';
import { settle } from './fakeClock.ts';

let told: string[];
let stop: AbortController;
let lost: AbortController;
let syncCache: () => void;
let giveLease: () => void;
let refreshed: Promise<void>;

beforeEach(() => {
  told = [];
  stop = new AbortController();
  lost = new AbortController();
  refreshed = Promise.resolve();
});

function cache(): Cache {
  const synced = Promise.withResolvers<void>();
  syncCache = synced.resolve;
  const start = (signal: AbortSignal) => {
    told.push('cache started');
    signal.addEventListener('abort', () => told.push('cache ended'));
  };
  const refresh = async () => {
    told.push('cache refreshed');
    await refreshed;
  };
  return { name: 'hosts', synced: synced.promise, start, refresh };
}

function lease(): LeaderLease {
  const held: HeldLease = { lost: lost.signal, release: async () => void told.push('lease released') };
  return {
    acquire: (signal) => {
      told.push('asked for the lease');
      return new Promise((resolve, reject) => {
        giveLease = () => resolve(held);
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    },
  };
}

/** Says when it starts and whether it finished or was aborted. */
function reconciler(work: (signal: AbortSignal) => Promise<void>): Reconciler {
  return {
    reconcile: async (_, { signal }) => {
      told.push('reconcile started');
      signal.addEventListener('abort', () => told.push('reconcile aborted'));
      await work(signal);
      told.push('reconcile finished');
      return { kind: 'done' };
    },
  };
}

function run(work: (signal: AbortSignal) => Promise<void>, options: Partial<ManagerOptions> = {}): Promise<number> {
  const controller = createController({ name: 'hosts', reconciler: reconciler(work), workers: 1, log: silentLog });
  controller.enqueue('ns/a');
  const base = { caches: [cache()], lease: lease(), controllers: [controller], health: undefined, log: silentLog, graceMs: 10_000 };
  return runManager({ ...base, onLeading: (leading) => told.push(leading ? 'leading' : 'no longer leading'), ...options }, stop.signal);
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

describe('the manager', () => {
  it('waits for the caches, then for the lease, and only then lets controllers work', async () => {
    const ended = run(async () => undefined);
    await settle();
    expect(told).toEqual(['cache started']);
    syncCache();
    await settle();
    expect(told).toEqual(['cache started', 'asked for the lease']);
    giveLease();
    await settle();
    stop.abort();
    expect(await ended).toBe(0);
    expect(told.slice(2)).toEqual([
      'leading',
      'cache refreshed',
      'reconcile started',
      'reconcile finished',
      'no longer leading',
      'lease released',
      'cache ended',
    ]);
  });

  it.each([
    { why: 'it is stopped', end: () => stop.abort(), code: 0, last: ['no longer leading', 'lease released', 'cache ended'] },
    { why: 'the lease is lost', end: () => lost.abort(), code: 1, last: ['no longer leading', 'cache ended'] },
  ])('reconciles nothing before the caches have what the last leader wrote: $why meanwhile', async ({ end, code, last }) => {
    refreshed = new Promise(() => undefined);
    const ended = run(async () => undefined);
    syncCache();
    await settle();
    giveLease();
    await settle();
    end();
    expect(await ended).toBe(code);
    expect(told.slice(2)).toEqual(['leading', 'cache refreshed', ...last]);
  });

  it.each([
    { why: 'before the caches are complete', before: () => undefined },
    { why: 'while it waits for the lease', before: () => syncCache() },
  ])('ends in order when it is stopped $why', async ({ before }) => {
    const ended = run(async () => undefined);
    before();
    await settle();
    stop.abort(new Error('SIGTERM'));
    expect(await ended).toBe(0);
    expect(told).not.toContain('reconcile started');
    expect(told.at(-1)).toBe('cache ended');
  });

  it('lets a reconcile under way finish before it gives the lease up', async () => {
    let finish: () => void = () => undefined;
    const ended = run(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    syncCache();
    await settle();
    giveLease();
    await settle();
    stop.abort();
    await settle();
    expect(told).not.toContain('lease released');
    finish();
    expect(await ended).toBe(0);
    expect(told.slice(-4)).toEqual(['reconcile finished', 'no longer leading', 'lease released', 'cache ended']);
    expect(told).not.toContain('reconcile aborted');
  });

  it('aborts a reconcile that outlasts the grace period, and then gives the lease up', async () => {
    const ended = run(untilAborted, { graceMs: 20 });
    syncCache();
    await settle();
    giveLease();
    await settle();
    stop.abort();
    expect(await ended).toBe(0);
    expect(told.slice(-4)).toEqual(['reconcile aborted', 'no longer leading', 'lease released', 'cache ended']);
  });

  it('keeps the lease when something ignores the abort: it may still write', async () => {
    const ended = run(() => new Promise(() => undefined), { graceMs: 20 });
    syncCache();
    await settle();
    giveLease();
    await settle();
    stop.abort();
    expect(await ended).toBe(0);
    expect(told).toContain('reconcile aborted');
    expect(told).not.toContain('lease released');
  });

  it('aborts everything at once when the lease is lost, releases nothing and asks for a restart', async () => {
    const ended = run(untilAborted);
    syncCache();
    await settle();
    giveLease();
    await settle();
    lost.abort();
    expect(await ended).toBe(1);
    expect(told.slice(-3)).toEqual(['reconcile aborted', 'no longer leading', 'cache ended']);
    expect(told).not.toContain('lease released');
  });

  it('rejects when the lease cannot even be asked for', async () => {
    const broken: LeaderLease = { acquire: async () => Promise.reject(new Error('no such namespace')) };
    const ended = run(async () => undefined, { lease: broken });
    syncCache();
    await expect(ended).rejects.toThrow('no such namespace');
    expect(told.at(-1)).toBe('cache ended');
  });

  it('works without a lease', async () => {
    const ended = run(async () => undefined, { lease: undefined });
    syncCache();
    await settle();
    stop.abort();
    expect(await ended).toBe(0);
    expect(told).toContain('reconcile finished');
  });
});
