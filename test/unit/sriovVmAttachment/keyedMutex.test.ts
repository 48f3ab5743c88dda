/** One task at a time for each key. */
import { describe, expect, it } from '@jest/globals';
import { KeyedMutex } from '../../../operator/controllers/sriovVmAttachment/keyedMutex.ts';

const NEVER = new AbortController().signal;

describe('KeyedMutex', () => {
  it('runs tasks of one key in turn, also after a failure, and does not make other keys wait', async () => {
    const mutex = new KeyedMutex();
    const said: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = mutex.run(
      'vm-1',
      async () => {
        await gate;
        said.push('first');
        throw new Error('first fails');
      },
      NEVER,
    );
    const second = mutex.run('vm-1', async () => said.push('second'), NEVER);
    await mutex.run('vm-2', async () => said.push('other'), NEVER);
    open();
    await expect(first).rejects.toThrow('first fails');
    await second;
    expect(said).toEqual(['other', 'first', 'second']);
  });

  it('does not begin a task whose signal aborted while it waited', async () => {
    const mutex = new KeyedMutex();
    const stop = new AbortController();
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = mutex.run('vm-1', () => gate, NEVER);
    let began = false;
    const second = mutex.run(
      'vm-1',
      async () => {
        began = true;
      },
      stop.signal,
    );
    stop.abort(new Error('stopping'));
    open();
    await first;
    await expect(second).rejects.toThrow('stopping');
    expect(began).toBe(false);
  });
});
