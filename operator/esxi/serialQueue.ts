/** Runs tasks one after another, in the order they came. */

export class SerialQueue {
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Tasks that run or wait. */
  get size(): number {
    return this.#waiting;
  }

  /** Rejects with what `onAbort` makes when the signal aborts before the task's turn; a task that runs sees to its own signal. */
  async run<T>(task: () => Promise<T>, signal: AbortSignal, onAbort: () => Error): Promise<T> {
    const turn = Promise.withResolvers<void>();
    const previous = this.#tail;
    this.#tail = previous.then(() => turn.promise);
    this.#waiting += 1;
    try {
      await untilAborted(previous, signal, onAbort);
      return await task();
    } finally {
      this.#waiting -= 1;
      turn.resolve();
    }
  }
}

async function untilAborted(promise: Promise<void>, signal: AbortSignal, onAbort: () => Error): Promise<void> {
  const { promise: abort, reject } = Promise.withResolvers<never>();
  const listener = (): void => reject(onAbort());
  if (signal.aborted) throw onAbort();
  signal.addEventListener('abort', listener, { once: true });
  try {
    await Promise.race([promise, abort]);
  } finally {
    signal.removeEventListener('abort', listener);
  }
}
