/** Conditions move as the API conventions say. */
import { describe, expect, it } from '@jest/globals';
import { findCondition, isTrue, mergeConditions, rfc3339 } from '../../../operator/api/conditions.ts';
import type { Condition } from '../../../operator/api/types.ts';

const EARLIER = '2026-01-01T00:00:00Z';
const NOW = new Date('2026-02-03T04:05:06.789Z');
const before: readonly Condition[] = [
  { type: 'Ready', status: 'False', reason: 'Working', message: 'at it', observedGeneration: 1, lastTransitionTime: EARLIER },
  { type: 'Gone', status: 'True', reason: 'X', message: '', observedGeneration: 1, lastTransitionTime: EARLIER },
];

describe('mergeConditions', () => {
  it.each([
    { why: 'the same status keeps its time whatever the reason', status: 'False', time: EARLIER },
    { why: 'another status takes the time of now', status: 'True', time: '2026-02-03T04:05:06Z' },
    { why: 'Unknown is a status of its own', status: 'Unknown', time: '2026-02-03T04:05:06Z' },
  ] as const)('$why', ({ status, time }) => {
    const [ready] = mergeConditions(before, [{ type: 'Ready', status, reason: 'Other', message: 'new' }], 7, NOW);
    expect(ready).toEqual({ type: 'Ready', status, reason: 'Other', message: 'new', observedGeneration: 7, lastTransitionTime: time });
  });

  it('starts the clock of a condition that is new', () => {
    expect(
      mergeConditions(undefined, [{ type: 'Ready', status: 'Unknown', reason: 'R', message: '' }], 1, NOW)[0]?.lastTransitionTime,
    ).toBe('2026-02-03T04:05:06Z');
  });

  it('keeps the order that is wanted and drops what is not wanted', () => {
    const wanted = ['Stalled', 'Ready'].map((type) => ({ type, status: 'False' as const, reason: 'R', message: '' }));
    expect(mergeConditions(before, wanted, 1, NOW).map((condition) => condition.type)).toEqual(['Stalled', 'Ready']);
  });

  it('cuts a message that the API server would refuse, and with it the whole status', () => {
    const message = 'vm-0001, '.repeat(5000);
    const [cut] = mergeConditions(undefined, [{ type: 'Ready', status: 'False', reason: 'R', message }], 1, NOW);
    expect([cut?.message.length, cut?.message.slice(-5)]).toEqual([32_768, expect.stringMatching(/\.\.\.$/)]);
  });

  it('changes nothing when nothing changed, so that no write follows', () => {
    const inputs = before.map(({ type, status, reason, message }) => ({ type, status, reason, message }));
    expect(mergeConditions(before, inputs, 1, NOW)).toEqual(before);
  });
});

describe('reading conditions', () => {
  it('finds by type and takes only True for true', () => {
    expect(findCondition(before, 'Ready')?.reason).toBe('Working');
    expect([isTrue(before, 'Gone'), isTrue(before, 'Ready'), isTrue(undefined, 'Ready')]).toEqual([true, false, false]);
  });

  it('writes times in UTC with whole seconds, cut and not rounded', () => {
    expect(rfc3339(NOW)).toBe('2026-02-03T04:05:06Z');
  });
});
