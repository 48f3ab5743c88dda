// How long a key that keeps failing has to wait.

export interface BackoffOptions {
  /** Delay after the first failure, in milliseconds. Default 1 s. */
  readonly baseMs?: number;
  /** Never longer than this. Default 10 min: a host is a slow thing, and people want to see it come back. */
  readonly maxMs?: number;
  /** Default 2. */
  readonly factor?: number;
  /** The share of each delay that is left to chance, 0 to 1. Default 0.2: spreads hosts that failed together. */
  readonly jitter?: number;
  /** Uniform in [0, 1); tests fix it. */
  readonly random?: () => number;
}

export interface Backoff {
  /** Counts one more failure of `key` and says how many milliseconds to wait. */
  next(key: string): number;
  /** Failures in a row. */
  failures(key: string): number;
  forget(key: string): void;
}

/** Per-key exponential back-off: `base * factor^failures`, capped, less a random share of `jitter`. */
export function createBackoff(options: BackoffOptions = {}): Backoff {
  const { baseMs = 1_000, maxMs = 600_000, factor = 2, jitter = 0.2, random = Math.random } = options;
  const failures = new Map<string, number>();
  return {
    next: (key) => {
      const before = failures.get(key) ?? 0;
      failures.set(key, before + 1);
      // The exponent may overflow to Infinity, which the cap turns into the maximum.
      return Math.min(maxMs, baseMs * factor ** before) * (1 - jitter * random());
    },
    failures: (key) => failures.get(key) ?? 0,
    forget: (key) => {
      failures.delete(key);
    },
  };
}
