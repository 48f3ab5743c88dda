/** Restarts that this process sent, by the time that no clock of the wall can change: it tells how long ago, so whether a boot came after. */
import type { RestartRecord } from '../../api/types.ts';

export class SentRestarts {
  readonly #elapsedMs: () => number;
  readonly #byKey = new Map<string, { readonly requestedTime: string; readonly at: number }>();

  /** `elapsedMs`: milliseconds since any moment, never going back, such as performance.now. */
  constructor(elapsedMs: () => number) {
    this.#elapsedMs = elapsedMs;
  }

  /** Before the command goes out. The first time counts: where it is sent again, the host may have gone down for the first one. */
  note(key: string, last: RestartRecord | undefined): void {
    if (last?.state !== 'Requested') this.#byKey.delete(key);
    else if (last.sends === 1 && this.#byKey.get(key)?.requestedTime !== last.requestedTime) {
      this.#byKey.set(key, { requestedTime: last.requestedTime, at: this.#elapsedMs() });
    }
  }

  /** Milliseconds; undefined for a restart that an earlier process sent. */
  sentMsAgo(key: string, last: RestartRecord | undefined): number | undefined {
    const sent = this.#byKey.get(key);
    return sent === undefined || sent.requestedTime !== last?.requestedTime ? undefined : this.#elapsedMs() - sent.at;
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }
}
