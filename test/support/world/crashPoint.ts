/** Where the operator dies: once, at a chosen write to a host, a BMC, a vSphere server or Kubernetes. */
import { AsyncLocalStorage } from 'node:async_hooks';

const lives = new AsyncLocalStorage<AbortController>();

/** Work of a process that may die: from its crash on it writes nothing, not even that it crashed. */
export async function mortal<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const life = new AbortController();
  return await lives.run(life, () => work(life.signal));
}

/** Ends the life in which it is made. */
export class Crash extends Error {
  constructor(message?: string) {
    super(message);
    lives.getStore()?.abort(this);
  }
}

export class CrashPoint {
  readonly #at: number;
  readonly #writes: ReadonlySet<string>;
  readonly #when: 'before' | 'after';
  /** Writes so far. */
  count = 0;

  /** Dies at the `at`-th write; `writes` are the methods of wrapped ports that count, before or after they took effect. */
  constructor(at: number, writes: ReadonlySet<string> = new Set(), when: 'before' | 'after' = 'after') {
    this.#at = at;
    this.#writes = writes;
    this.#when = when;
  }

  /** One more write; give it to a fake as `afterWrite`. */
  readonly passed = (): void => {
    this.count += 1;
    if (this.count === this.#at) throw new Crash(`at write ${this.count}`);
  };

  readonly wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const counts = this.#writes.has(String(name));
          if (counts && this.#when === 'before') this.passed();
          const result: unknown = await value.apply(target, args);
          if (counts && this.#when === 'after') this.passed();
          return result;
        };
      },
    });
}
