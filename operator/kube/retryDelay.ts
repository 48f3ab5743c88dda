// client-go's pause between two attempts of a reflector to list or watch.

export interface RetryDelayOptions {
  readonly firstMs?: number;
  readonly longestMs?: number;
  /** After this long without a failure the pauses start short again. */
  readonly resetAfterMs?: number;
  readonly random?: () => number;
  readonly now?: () => number;
}

/** Each call says how long to wait: 0.8 s, doubling to 30 s, up to twice that by chance, forgotten after 2 quiet minutes. */
export function createRetryDelay(options: RetryDelayOptions = {}): () => number {
  const { firstMs = 800, longestMs = 30_000, resetAfterMs = 120_000, random = Math.random, now = () => performance.now() } = options;
  let next = firstMs;
  let last = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() - last > resetAfterMs) next = firstMs;
    last = now();
    const delay = next * (1 + random());
    next = Math.min(next * 2, longestMs);
    return Math.min(delay, longestMs);
  };
}
