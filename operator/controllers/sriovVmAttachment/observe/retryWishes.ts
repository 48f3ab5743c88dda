/** Wishes to try rejected credentials once more. */

/** Wishes that come so soon after a try are answered by it: a retry of a hundred objects at once is one log-in, and locks no account. */
const PAUSE_MS = 30_000;

export class RetryWishes {
  readonly #now: () => Date;
  /** True while it is not answered. */
  readonly #asked = new Map<string, boolean>();
  /** When each identity was tried for a wish the last time, in milliseconds. */
  readonly #tried = new Map<string, number>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Takes note of a wish; one that was answered is none any more. */
  ask(wish: string): void {
    if (!this.#asked.has(wish)) this.#asked.set(wish, true);
  }

  /** True where the credentials are to be tried for this wish, which is answered by that. */
  grant(identity: string, wish: string): boolean {
    if (this.#asked.get(wish) !== true) return false;
    this.#asked.set(wish, false);
    const now = this.#now().getTime();
    const before = this.#tried.get(identity);
    if (before !== undefined && now >= before && now < before + PAUSE_MS) return false;
    this.#tried.set(identity, now);
    return true;
  }
}
