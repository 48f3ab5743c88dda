// What each outcome of a reconcile does to its key, how workers share keys, and how they stop.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createBackoff } from '../../../operator/engine/backoff.ts';
import { type Controller, type ControllerOptions, createController } from '../../../operator/engine/controller.ts';
import { observeController } from '../../../operator/engine/controllerMetrics.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { createMetrics, type Metrics } from '../../../operator/engine/metrics.ts';
import { type ReconcileContext, type ReconcileResult, TerminalError } from '../../../operator/engine/types.ts';
import { createFakeClock, type FakeClock, settle } from './fakeClock.ts';

type Reconcile = (key: string, context: ReconcileContext) => Promise<ReconcileResult>;

const DONE: ReconcileResult = { kind: 'done' };
let clock: FakeClock;
let metrics: Metrics;
let stop: AbortController;

beforeEach(() => {
  clock = createFakeClock();
  metrics = createMetrics({ processMetrics: false });
  stop = new AbortController();
});

afterEach(() => stop.abort());

function start(reconcile: Reconcile, options: Partial<ControllerOptions> = {}): Controller {
  const controller = createController({
    name: 'hosts',
    reconciler: { reconcile },
    workers: 2,
    log: silentLog,
    clock,
    random: () => 0,
    backoff: createBackoff({ baseMs: 1_000, jitter: 0 }),
    observer: observeController(metrics, 'hosts'),
    ...options,
  });
  controller.start(stop.signal);
  return controller;
}

/** A reconciler that notes when it ran and then does what the test says, call by call; after that `done`. */
function scripted(...script: (() => ReconcileResult | Promise<ReconcileResult>)[]): {
  readonly reconcile: Reconcile;
  readonly times: number[];
} {
  const times: number[] = [];
  const reconcile: Reconcile = async () => {
    times.push(clock.now());
    return await (script[times.length - 1]?.() ?? DONE);
  };
  return { reconcile, times };
}

const fail = (error: unknown) => () => {
  throw error;
};

async function metric(name: string): Promise<string | undefined> {
  return (await metrics.text()).split('\n').find((line) => line.startsWith(name));
}

describe('the outcome of a reconcile', () => {
  it.each([
    { why: 'done waits for the next change', script: [() => DONE], times: [0] },
    { why: 'requeueAfter looks again then', script: [() => ({ kind: 'requeueAfter', ms: 7_000 }) as const], times: [0, 7_000] },
    { why: 'an error backs off, longer each time', script: [fail(new Error('x')), fail(new Error('x'))], times: [0, 1_000, 3_000] },
    {
      why: 'a success ends the back-off',
      script: [fail(new Error('x')), () => ({ kind: 'requeueAfter', ms: 10 }) as const, fail(new Error('y'))],
      times: [0, 1_000, 1_010, 2_010],
    },
    { why: 'a terminal error is not tried again', script: [fail(new TerminalError('bad spec'))], times: [0] },
    { why: 'a bug is retried like an error', script: [fail(new TypeError('undefined is not a function'))], times: [0, 1_000] },
    { why: 'anything thrown is caught, even what is no error', script: [fail('a string')], times: [0, 1_000] },
  ])('$why', async ({ script, times }) => {
    const run = scripted(...script);
    start(run.reconcile).enqueue('ns/a');
    await clock.advance(100_000);
    expect(run.times).toEqual(times);
  });

  it('of a terminal error: a new event brings it back, with a fresh back-off', async () => {
    const run = scripted(fail(new Error('x')), fail(new TerminalError('bad spec')), fail(new Error('y')));
    const controller = start(run.reconcile);
    controller.enqueue('ns/a');
    await clock.advance(10_000);
    controller.enqueue('ns/a');
    await clock.advance(10_000);
    expect(run.times).toEqual([0, 1_000, 10_000, 11_000]);
  });

  it('is counted under the names that controller-runtime gave it', async () => {
    const run = scripted(
      fail(new Error('x')),
      fail(new TypeError('bug')),
      () => ({ kind: 'requeueAfter', ms: 5 }),
      fail(new TerminalError('z')),
    );
    start(run.reconcile).enqueue('ns/a');
    await clock.advance(100_000);
    expect(await metric('controller_runtime_reconcile_total{controller="hosts",result="error"}')).toMatch(/ 3$/);
    expect(await metric('controller_runtime_reconcile_total{controller="hosts",result="requeue_after"}')).toMatch(/ 1$/);
    expect(await metric('controller_runtime_reconcile_total{controller="hosts",result="success"}')).toMatch(/ 0$/);
    expect(await metric('controller_runtime_reconcile_errors_total')).toMatch(/ 3$/);
    expect(await metric('controller_runtime_terminal_reconcile_errors_total')).toMatch(/ 1$/);
    expect(await metric('controller_runtime_reconcile_panics_total')).toMatch(/ 1$/);
    expect(await metric('controller_runtime_max_concurrent_reconciles')).toMatch(/ 2$/);
    expect(await metric('controller_runtime_active_workers')).toMatch(/ 0$/);
    expect(await metric('workqueue_retries_total')).toMatch(/ 2$/);
  });
});

describe('workers', () => {
  it('work on different keys at the same time, up to their number, and never on one key twice', async () => {
    const gates = new Map<string, () => void>();
    const started: string[] = [];
    const controller = start(async (key) => {
      started.push(key);
      await new Promise<void>((resolve) => gates.set(key, resolve));
      return DONE;
    });
    for (const key of ['a', 'b', 'c', 'a']) controller.enqueue(key);
    await settle();
    controller.enqueue('a');
    await settle();
    expect(started).toEqual(['a', 'b']);
    gates.get('b')?.();
    await settle();
    expect(started).toEqual(['a', 'b', 'c']);
    gates.get('c')?.();
    gates.get('a')?.();
    await settle();
    expect(started).toEqual(['a', 'b', 'c', 'a']);
    gates.get('a')?.();
  });

  it('give each reconcile an id of its own and a log that carries it', async () => {
    const fields: Record<string, unknown>[] = [];
    const child = (bound: Record<string, unknown>) => {
      fields.push(bound);
      return silentLog;
    };
    const log = { ...silentLog, child };
    const controller = start(async () => DONE, { log });
    controller.enqueue('ns/a');
    await settle();
    controller.enqueue('ns/a');
    await settle();
    expect(fields[0]).toMatchObject({ controller: 'hosts', key: 'ns/a' });
    expect(new Set(fields.map((bound) => bound['reconcileId'])).size).toBe(2);
  });

  it('look at a finished key again after the resync time, as long as it exists', async () => {
    const run = scripted();
    const existing = new Set(['ns/a']);
    const controller = start(run.reconcile, { resync: { everyMs: 60_000, exists: (key) => existing.has(key) } });
    controller.enqueue('ns/a');
    await clock.advance(130_000);
    expect(run.times).toEqual([0, 60_000, 120_000]);
    existing.clear();
    await clock.advance(600_000);
    expect(run.times).toHaveLength(4);
  });

  it('spread the resync by chance', async () => {
    const run = scripted();
    start(run.reconcile, { resync: { everyMs: 60_000, exists: () => true }, random: () => 0.5 }).enqueue('ns/a');
    await clock.advance(60_000);
    expect(run.times).toEqual([0, 54_000]);
  });
});

describe('time limits and stopping', () => {
  /** Runs until its signal aborts, as every well-behaved port does. */
  const untilAborted: Reconcile = async (_, { signal }) => {
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    return DONE;
  };

  it('a reconcile that takes too long is aborted and retried', async () => {
    let calls = 0;
    const controller = start(
      async (key, context) => {
        calls += 1;
        return calls === 1 ? await untilAborted(key, context) : DONE;
      },
      { reconcileTimeoutMs: 30_000 },
    );
    controller.enqueue('ns/a');
    await clock.advance(31_000);
    expect(calls).toBe(2);
    expect(await metric('controller_runtime_reconcile_timeouts_total')).toMatch(/ 1$/);
  });

  it('the end of the process is neither an error nor a reason to retry', async () => {
    const controller = start(untilAborted);
    controller.enqueue('ns/a');
    await settle();
    stop.abort(new Error('stopping'));
    await controller.drain();
    expect(await metric('controller_runtime_reconcile_total{controller="hosts",result="error"}')).toMatch(/ 0$/);
    expect(await metric('controller_runtime_reconcile_total{controller="hosts",result="aborted"}')).toMatch(/ 1$/);
  });

  it('draining takes no new work and waits for what is under way', async () => {
    let finish: () => void = () => undefined;
    const started: string[] = [];
    const controller = start(
      async (key) => {
        started.push(key);
        await new Promise<void>((resolve) => {
          finish = resolve;
        });
        return DONE;
      },
      { workers: 1 },
    );
    controller.enqueue('a');
    controller.enqueue('b');
    await settle();
    let drained = false;
    const end = controller.drain().then(() => {
      drained = true;
    });
    await settle();
    expect({ drained, started }).toEqual({ drained: false, started: ['a'] });
    finish();
    await end;
    expect(started).toEqual(['a']);
  });

  it('a stuck reconcile is a problem for the liveness check, a long one is not', async () => {
    const controller = start(untilAborted, { stuckAfterMs: 60_000 });
    controller.enqueue('ns/a');
    await clock.advance(60_000);
    expect(controller.problems()).toEqual([]);
    await clock.advance(1_000);
    expect(controller.problems()).toEqual(['hosts: reconciling ns/a for 61 s']);
  });

  it('a worker that has ended is a problem', async () => {
    const observer = observeController(metrics, 'hosts');
    const broken = {
      ...observer,
      active: () => {
        throw new Error('a bug in the engine itself');
      },
    };
    const controller = start(async () => DONE, { observer: broken, workers: 1 });
    controller.enqueue('ns/a');
    await settle();
    expect(controller.problems()).toEqual(['hosts: 1 of 1 workers have ended']);
  });
});
