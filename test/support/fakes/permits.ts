/** Restart permits in memory: the same rules as the real ones, shared by all controllers of a test. */
import type { SriovHost } from '../../../operator/api/types.ts';
import type { PermitAnswer, Permits } from '../../../operator/ports/cluster.ts';

export class FakePermits implements Permits {
  readonly #limit: number;
  readonly #holders = new Map<string, string>();
  /** Hosts that asked in vain and still want one. */
  readonly waiting = new Set<string>();
  /** Called after each write; may throw, as a crash of the operator does. */
  afterWrite: () => void = () => undefined;

  constructor(limit = 1) {
    this.#limit = limit;
  }

  get holders(): readonly string[] {
    return [...this.#holders.keys()];
  }

  async acquire(host: SriovHost): Promise<PermitAnswer> {
    const key = `${host.metadata.namespace}/${host.metadata.name}`;
    const granted = this.#holders.has(key) || this.#holders.size < this.#limit;
    const since = '2026-01-01T00:00:00.000000Z';
    if (granted) this.waiting.delete(key);
    else this.waiting.add(key);
    if (granted && !this.#holders.has(key)) {
      this.#holders.set(key, host.metadata.uid);
      this.afterWrite();
    }
    const holders = this.holders.filter((other) => other !== key).map((other) => ({ host: other, since, renewed: since }));
    return { granted, limit: this.#limit, holders };
  }

  async mayHold({ metadata }: SriovHost): Promise<boolean> {
    return this.#holders.get(`${metadata.namespace}/${metadata.name}`) === metadata.uid;
  }

  async release({ metadata }: SriovHost): Promise<void> {
    if (this.#holders.delete(`${metadata.namespace}/${metadata.name}`)) this.afterWrite();
  }

  withdraw(key: string): void {
    this.waiting.delete(key);
  }
}
