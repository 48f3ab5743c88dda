// Time as the engine sees it, so that tests can turn it by hand.

export interface Clock {
  /** Milliseconds on a clock that never goes back; only differences have a meaning. */
  now(): number;
  /** Calls `callback` once after `ms`; the result cancels it. */
  after(ms: number, callback: () => void): () => void;
}

// setTimeout overflows to 1 ms beyond this (2^31 - 1 ms, about 24.8 days).
const LONGEST_TIMER_MS = 2_147_483_647;

export const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, Math.min(Math.max(ms, 0), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};
