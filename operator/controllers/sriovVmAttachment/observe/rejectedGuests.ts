/** Which guest credentials were rejected. */
import { isPortError, type PortError } from '../../../ports/errors.ts';
import { KeyedMutex } from '../keyedMutex.ts';
import { RetryWishes } from './retryWishes.ts';

/**
 * A wrong password is tried once and not at every look, by one attachment and not by all of a VM: a guest may lock the account. A changed
 * Secret is another identity; a retry makes it forget once, and once for those that come at about the same time. The annotation stays, and counts only
 * as long as it was not acknowledged: else each attachment of a VM would take its turn, for ever.
 */
export class RejectedGuests {
  readonly #errors = new Map<string, PortError>();
  readonly #wishes: RetryWishes;
  readonly #turns = new KeyedMutex();

  constructor(now: () => Date) {
    this.#wishes = new RetryWishes(now);
  }

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

  /** Somebody asks for another try; it may be a while until the guest is looked at. */
  ask(wish: string): void {
    this.#wishes.ask(wish);
  }

  /** Forgets the rejection for a wish that was not answered yet. */
  forgetFor(identity: string, wish: string): void {
    if (this.#wishes.grant(identity, wish)) this.#errors.delete(identity);
  }
}
