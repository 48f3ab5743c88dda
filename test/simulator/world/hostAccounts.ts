/** Log-in to the host: five wrong passwords lock the account for fifteen minutes (Security.AccountLockFailures, AccountUnlockTime). */
import type { Clock } from './clock.ts';
import type { HostCounters } from './hostCounters.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';

const FAILURES_TO_LOCK = 5;
const LOCK_MS = 15 * 60_000;

interface AccountOptions {
  readonly username?: string;
  readonly password?: string;
  /** Public keys as in authorized_keys. */
  readonly authorizedKeys?: readonly string[];
}

interface AccountHost {
  readonly clock: Clock;
  readonly misbehaviours: Misbehaviours;
  readonly counters: HostCounters;
}

export class HostAccounts {
  readonly username: string;
  readonly #host: AccountHost;
  #password: string;
  #authorizedKeys: readonly string[];
  /** In a row. */
  #failures = 0;
  #lockedUntil = 0;

  constructor(options: AccountOptions, host: AccountHost) {
    this.#host = host;
    this.username = options.username ?? 'root';
    this.#password = options.password ?? 'VMware1!';
    this.#authorizedKeys = options.authorizedKeys ?? [];
  }

  get password(): string {
    return this.#password;
  }

  get locked(): boolean {
    return this.#host.clock.now() < this.#lockedUntil || this.#host.misbehaviours.active('accountLocked') !== undefined;
  }

  changePassword(password: string): void {
    this.#password = password;
  }

  authorizeKey(key: string): void {
    this.#authorizedKeys = [...this.#authorizedKeys, key];
  }

  loginWithPassword(username: string, password: string): boolean {
    const right = !this.#refused(username) && password === this.#password;
    if (right) {
      this.#failures = 0;
    } else {
      this.#fail(username);
    }
    return right;
  }

  /** `key` = algorithm and base64 of a public key, as in authorized_keys. A key that is not accepted does not count as a failure. */
  acceptsKey(username: string, key: string): boolean {
    return !this.#refused(username) && this.#authorizedKeys.some((known) => sameKey(known, key));
  }

  #refused(username: string): boolean {
    if (this.#host.misbehaviours.active('lockdown') !== undefined || this.locked) {
      return true;
    }
    return username !== this.username;
  }

  #fail(username: string): void {
    this.#host.counters.loginFailures += 1;
    if (username !== this.username || this.locked) {
      return;
    }
    this.#failures += 1;
    if (this.#failures >= FAILURES_TO_LOCK) {
      this.#failures = 0;
      this.#lockedUntil = this.#host.clock.now() + LOCK_MS;
    }
  }
}

function sameKey(known: string, offered: string): boolean {
  const body = (key: string) => key.trim().split(/\s+/)[1];
  return body(known) !== undefined && body(known) === body(offered);
}
