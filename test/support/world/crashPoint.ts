/** Where the operator dies: once, at a chosen write to the host or to Kubernetes. */
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';

export class Crash extends Error {}

export class CrashPoint {
  readonly #at: number;
  readonly #writes: ReadonlySet<string>;
  readonly #when: 'before' | 'after';
  /** Writes so far. */
  count = 0;

  /** Dies at the `at`-th write; `writes` are the methods of the shell that count, before or after they took effect. */
  constructor(at: number, writes: ReadonlySet<string>, when: 'before' | 'after' = 'after') {
    this.#at = at;
    this.#writes = writes;
    this.#when = when;
  }

  /** One more write; give it to the cluster as `afterWrite`. */
  readonly passed = (): void => {
    this.count += 1;
    if (this.count === this.#at) throw new Crash(`at write ${this.count}`);
  };

  readonly wrap = (host: EsxiHost): EsxiHost =>
    new Proxy(host, {
      get: (target, name: keyof EsxiHost & string) => {
        const value = target[name];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const counts = this.#writes.has(name);
          if (counts && this.#when === 'before') this.passed();
          const result = await (value as (...all: unknown[]) => Promise<unknown>).apply(target, args);
          if (counts && this.#when === 'after') this.passed();
          return result;
        };
      },
    });
}
