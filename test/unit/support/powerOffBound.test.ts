/** The judge of power-offs: how many the wishes of people are worth. */
import { describe, expect, it } from '@jest/globals';
import { fewestPowerOffs, type PowerEvent } from '../../support/world/powerOffBound.ts';

const running: PowerEvent = { kind: 'asked', running: true };
const off: PowerEvent = { kind: 'asked', running: false };
const request: PowerEvent = { kind: 'requested' };

const ROWS: readonly { readonly why: string; readonly history: readonly PowerEvent[]; readonly worth: number }[] = [
  { why: 'nothing', history: [], worth: 0 },
  { why: 'a wish that nothing comes of', history: [running], worth: 0 },
  { why: 'a change that nobody asked for', history: [request], worth: 0 },
  { why: 'a change of a running VM', history: [running, request], worth: 1 },
  { why: 'a change of a VM that is off', history: [off, request], worth: 0 },
  { why: 'two cards that are asked for together', history: [running, running, request, request], worth: 1 },
  { why: 'a change that is tried again', history: [running, request, request], worth: 1 },
  { why: 'two wishes one after the other', history: [running, request, running, request], worth: 2 },
  {
    why: 'a wish that comes while the VM is off for another one that is not done yet',
    history: [running, off, request, request],
    worth: 1,
  },
  { why: 'a wish that comes while the VM is still off for another one that is done', history: [running, request, off, request], worth: 1 },
];

describe('the fewest power-offs of a VM', () => {
  it.each(ROWS)('for $why: $worth', ({ history, worth }) => {
    expect(fewestPowerOffs(history)).toBe(worth);
  });
});
