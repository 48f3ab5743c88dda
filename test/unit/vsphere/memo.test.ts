// What was read is kept until it changes, and never as it was before a change.
import { describe, expect, it } from '@jest/globals';
import { Memo } from '../../../operator/vsphere/inventory/memo.ts';

const value = (text: string) => ({ text });

describe('memo', () => {
  it('reads once, and again after a change', async () => {
    const memo = new Memo<{ text: string }>();
    expect(await memo.read('vm-1', async () => value('a'))).toEqual(value('a'));
    expect(await memo.read('vm-1', async () => value('b'))).toEqual(value('a'));
    memo.forget('vm-1');
    expect(await memo.read('vm-1', async () => value('b'))).toEqual(value('b'));
  });

  it('does not keep what changed while it was read', async () => {
    const memo = new Memo<{ text: string }>();
    const { promise, resolve } = Promise.withResolvers<{ text: string }>();
    const reading = memo.read('vm-1', () => promise);
    memo.forget('vm-1');
    resolve(value('before the change'));
    expect(await reading).toEqual(value('before the change'));
    expect(memo.known('vm-1')).toBeUndefined();
  });

  it('keeps the later of two reads that overlap, whichever ends first', async () => {
    const memo = new Memo<{ text: string }>();
    const first = Promise.withResolvers<{ text: string }>();
    const second = Promise.withResolvers<{ text: string }>();
    const readings = [memo.renew('vm-1', () => first.promise), memo.renew('vm-1', () => second.promise)];
    second.resolve(value('second'));
    first.resolve(value('first'));
    await Promise.all(readings);
    expect(memo.known('vm-1')).toEqual(value('second'));
  });

  it('keeps nothing of a read that failed, nor what is not worth keeping', async () => {
    const memo = new Memo<{ text: string }>(({ text }) => text !== 'half done');
    await expect(memo.read('vm-1', () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    await memo.read('vm-1', async () => value('half done'));
    expect(memo.known('vm-1')).toBeUndefined();
  });

  it('reads in one go what is missing of many', async () => {
    const memo = new Memo<{ text: string }>();
    await memo.read('a', async () => value('a'));
    const asked: (readonly string[])[] = [];
    const all = await memo.readAll(['a', 'b', 'gone'], async (missing) => {
      asked.push(missing);
      return new Map([['b', value('b')]]);
    });
    expect(all).toEqual([value('a'), value('b')]);
    expect(asked).toEqual([['b', 'gone']]);
    expect(memo.known('b')).toEqual(value('b'));
  });
});
