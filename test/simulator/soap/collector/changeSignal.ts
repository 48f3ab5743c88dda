/** Wakes long polls when something that an endpoint shows has changed. */

export class ChangeSignal {
  #waiters = new Set<() => void>();

  notify(): void {
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const wake of waiters) {
      wake();
    }
  }

  /** Resolves true at the next change, false after `milliseconds` (Infinity = never) or when aborted. */
  next(milliseconds: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (changed: boolean) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        this.#waiters.delete(wake);
        resolve(changed);
      };
      const wake = () => finish(true);
      const abort = () => finish(false);
      const timer = Number.isFinite(milliseconds) ? setTimeout(() => finish(false), milliseconds).unref() : undefined;
      this.#waiters.add(wake);
      signal.addEventListener('abort', abort);
      if (signal.aborted) {
        abort();
      }
    });
  }
}
