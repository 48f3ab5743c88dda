/**
 * How long this process has waited for a host to be handed back, or for a guest, by the time that no clock of the wall can change. What was
 * asked for while no operator ran, or was about to be, has all its time still before it.
 */

export class Patience {
  readonly #elapsedMs: () => number;
  readonly #byKey = new Map<string, { readonly request: string; readonly since: number }>();

  /** `elapsedMs`: milliseconds since any moment, never going back, such as performance.now. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** Milliseconds since this process saw this request first; another request of the same object starts anew. */
  waitedMs(key: string, request: string): number {
    const seen = this.#byKey.get(key);
    if (seen?.request === request) return this.#elapsedMs() - seen.since;
    this.#byKey.set(key, { request, since: this.#elapsedMs() });
    return 0;
  }

  /** How long guests of this object had to shut down; a new process gives them all their time again. */
  guestTime(key: string): (guest: { readonly moRef: string; readonly since: string }) => number {
    return ({ moRef, since }) => this.waitedMs(`${key}/${moRef}`, since);
  }

  forget(key: string): void {
    for (const known of this.#byKey.keys()) if (known === key || known.startsWith(`${key}/`)) this.#byKey.delete(known);
  }
}
