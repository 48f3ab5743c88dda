/** Which guest credentials were rejected. */
import { isPortError, type PortError } from '../../../ports/errors.ts';
import { KeyedMutex } from '../keyedMutex.ts';

/**
 * A wrong password is tried once and not at every look, by one attachment and not by all of a VM: a guest may lock the account. A changed
 * Secret is another identity; the value of a retry annotation makes it forget once.
 */
export class RejectedGuests {
  readonly #errors = new Map<string, PortError>();
  readonly #retried = new Map<string, string>();
  readonly #turns = new KeyedMutex();

  /** Rejects with the rejection that is remembered, or that `work` meets. Those who come at the same moment wait for the first one's end. */
  async attempt<T>(identity: string, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#turns.run(
      identity,
      async () => {
        const rejection = this.#errors.get(identity);
        if (rejection !== undefined) throw rejection;
        try {
          return await work();
        } catch (error) {
          if (isPortError(error, 'GuestCredentialsRejected')) this.#errors.set(identity, error);
          throw error;
        }
      },
      signal,
    );
  }

  /** `retry`: value of the annotation, of this attachment. */
  forgetOnce(identity: string, attachment: string, retry: string): void {
    const asked = `${attachment} ${retry}`;
    if (this.#retried.get(identity) === asked) return;
    this.#retried.set(identity, asked);
    this.#errors.delete(identity);
  }
}
