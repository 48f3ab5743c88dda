/** The queue keeps order and lets nothing overlap, whatever fails or is given up. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SerialQueue } from '../../../operator/esxi/serialQueue.ts';

const givenUp = (): Error => new Error('given up');

describe('SerialQueue', () => {
  it('runs tasks in order, one at a time, past failures and past tasks that were given up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('ok', 'fails', 'aborted'), { maxLength: 12 }), async (kinds) => {
        const queue = new SerialQueue();
        const ran: number[] = [];
        let running = 0;
        const outcomes = await Promise.allSettled(
          kinds.map((kind, index) => {
            const task = async (): Promise<number> => {
              running += 1;
              expect(running).toBe(1);
              await Promise.resolve();
              ran.push(index);
              running -= 1;
              if (kind === 'fails') throw new Error('failed');
              return index;
            };
            return queue.run(task, kind === 'aborted' ? AbortSignal.abort() : new AbortController().signal, givenUp);
          }),
        );
        expect(ran).toEqual(kinds.flatMap((kind, index) => (kind === 'aborted' ? [] : [index])));
        expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? 'ok' : (outcome.reason as Error).message))).toEqual(
          kinds.map((kind) => ({ ok: 'ok', fails: 'failed', aborted: 'given up' })[kind]),
        );
        expect(queue.size).toBe(0);
      }),
    );
  });

  it('does not start a task whose signal aborts while it waits, nor let a later one overtake the running one', async () => {
    const queue = new SerialQueue();
    const first = Promise.withResolvers<void>();
    const controller = new AbortController();
    const order: string[] = [];
    const running = queue.run(
      async () => {
        await first.promise;
        order.push('first');
      },
      new AbortController().signal,
      givenUp,
    );
    const waiting = queue.run(async () => void order.push('second'), controller.signal, givenUp);
    const last = queue.run(async () => void order.push('third'), new AbortController().signal, givenUp);
    controller.abort();
    await expect(waiting).rejects.toThrow('given up');
    expect(order).toEqual([]);
    first.resolve();
    await Promise.all([running, last]);
    expect(order).toEqual(['first', 'third']);
  });
});
