/** Values that were read from the server, each for as long as nothing says that it changed. */

export class Memo<Value extends object> {
  readonly #values = new Map<string, Value>();
  /** The last read under way of each key; gone when the key changed meanwhile. */
  readonly #tickets = new Map<string, object>();
  readonly #worthKeeping: (value: Value) => boolean;

  constructor(worthKeeping: (value: Value) => boolean = () => true) {
    this.#worthKeeping = worthKeeping;
  }

  /** From memory where it is there, otherwise by `work`. */
  async read(key: string, work: () => Promise<Value>): Promise<Value> {
    return this.known(key) ?? (await this.renew(key, work));
  }

  /** Those that are not in memory by one piece of `work`; what it does not find is left out. */
  async readAll(
    keys: readonly string[],
    work: (missing: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
  ): Promise<readonly Value[]> {
    const missing = keys.filter((key) => !this.#values.has(key));
    const ticket = {};
    for (const key of missing) this.#tickets.set(key, ticket);
    const found = missing.length === 0 ? new Map<string, Value>() : await work(missing);
    for (const [key, value] of found) this.#keep(key, value, ticket);
    return keys.flatMap((key) => found.get(key) ?? this.#values.get(key) ?? []);
  }

  known(key: string): Value | undefined {
    return this.#values.get(key);
  }

  /** Always by `work`. A value that changed while it was read is given out and not kept: it may be the one from before. */
  async renew(key: string, work: () => Promise<Value>): Promise<Value> {
    const ticket = {};
    this.#tickets.set(key, ticket);
    this.#values.delete(key);
    const value = await work();
    this.#keep(key, value, ticket);
    return value;
  }

  #keep(key: string, value: Value, ticket: object): void {
    if (this.#tickets.get(key) !== ticket) return;
    this.#tickets.delete(key);
    if (this.#worthKeeping(value)) this.#values.set(key, value);
  }

  forget(key: string): void {
    this.#values.delete(key);
    this.#tickets.delete(key);
  }

  forgetAll(): void {
    this.#values.clear();
    this.#tickets.clear();
  }
}
