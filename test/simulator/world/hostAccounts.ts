/** Log-in to the host: five wrong passwords lock the account for fifteen minutes (Security.AccountLockFailures, AccountUnlockTime). */
import type { Clock } from './clock.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';

const FAILURES_TO_LOCK = 5;
const LOCK_MS = 15 * 60_000;

export interface AccountOptions {
  readonly username: string;
  readonly password: string;
  readonly authorizedKeys: readonly string[];
}

export class HostAccounts {
  readonly #clock: Clock;
  readonly #misbehaviours: Misbehaviours;
  #options: AccountOptions;
  #failures = 0;
  #lockedUntil = 0;
  #totalFailures = 0;

  constructor(options: AccountOptions, clock: Clock, misbehaviours: Misbehaviours) {
    this.#options = options;
    this.#clock = clock;
    this.#misbehaviours = misbehaviours;
  }

  get username(): string {
    return this.#options.username;
  }

  get password(): string {
    return this.#options.password;
  }

  get failures(): number {
    return this.#totalFailures;
  }

  get locked(): boolean {
    return this.#clock.now() < this.#lockedUntil || this.#misbehaviours.active('accountLocked') !== undefined;
  }

  changePassword(password: string): void {
    this.#options = { ...this.#options, password };
  }

  authorizeKey(key: string): void {
    this.#options = { ...this.#options, authorizedKeys: [...this.#options.authorizedKeys, key] };
  }

  loginWithPassword(username: string, password: string): boolean {
    if (this.#refused(username)) {
      return false;
    }
    if (password !== this.#options.password) {
      this.#fail();
      return false;
    }
    this.#failures = 0;
    return true;
  }

  /** `key` = algorithm and base64 of a public key, as in authorized_keys. A key that is not accepted does not count as a failure. */
  acceptsKey(username: string, key: string): boolean {
    return !this.#refused(username) && this.#options.authorizedKeys.some((known) => sameKey(known, key));
  }

  #refused(username: string): boolean {
    if (this.#misbehaviours.active('lockdown') !== undefined || this.locked) {
      return true;
    }
    if (username !== this.#options.username) {
      this.#totalFailures += 1;
      return true;
    }
    return false;
  }

  #fail(): void {
    this.#failures += 1;
    this.#totalFailures += 1;
    if (this.#failures >= FAILURES_TO_LOCK) {
      this.#failures = 0;
      this.#lockedUntil = this.#clock.now() + LOCK_MS;
    }
  }
}

function sameKey(known: string, offered: string): boolean {
  const body = (key: string) => key.trim().split(/\s+/)[1];
  return body(known) !== undefined && body(known) === body(offered);
}
