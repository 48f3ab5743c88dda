// How long a failing key waits: the series, its limits, and its memory.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createBackoff } from '../../../operator/engine/backoff.ts';

describe('the back-off', () => {
  it('doubles from one second to ten minutes', () => {
    const backoff = createBackoff({ random: () => 0 });
    const delays = Array.from({ length: 12 }, () => backoff.next('host'));
    expect(delays.map((ms) => ms / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
  });

  it('counts each key by itself, and forgets', () => {
    const backoff = createBackoff({ random: () => 0 });
    backoff.next('a');
    backoff.next('a');
    expect([backoff.failures('a'), backoff.failures('b')]).toEqual([2, 0]);
    backoff.forget('a');
    expect([backoff.failures('a'), backoff.next('a')]).toEqual([0, 1_000]);
  });

  it('stays within its limits for any number of failures, any chance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
        const backoff = createBackoff({ random: () => chance });
        for (let index = 0; index < failures; index += 1) backoff.next('a');
        const delay = backoff.next('a');
        const full = Math.min(600_000, 1_000 * 2 ** failures);
        expect(delay).toBeLessThanOrEqual(full);
        expect(delay).toBeGreaterThan(full * 0.79);
      }),
    );
  });
});
