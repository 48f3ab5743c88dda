/** An account with a lock: so many wrong passwords in a row and nothing gets in for a while. */
import type { CheckLogin } from './sessions.ts';

export interface LoginAccountOptions {
  readonly username: string;
  /** Read at each log-in: it can change. */
  readonly password: () => string;
  /** Default 5, as ESXi (Security.AccountLockFailures) and vCenter Single Sign-On have it. */
  readonly failuresToLock?: number;
  /** Default 15 minutes. */
  readonly lockMs?: number;
}

export class LoginAccount {
  readonly #options: LoginAccountOptions;
  #failures = 0;
  #lockedUntil = 0;

  constructor(options: LoginAccountOptions) {
    this.#options = options;
  }

  get locked(): boolean {
    return Date.now() < this.#lockedUntil;
  }

  readonly check: CheckLogin = (username, password) => {
    const { failuresToLock = 5, lockMs = 15 * 60_000 } = this.#options;
    if (this.locked || username !== this.#options.username) {
      return false;
    }
    if (password === this.#options.password()) {
      this.#failures = 0;
      return true;
    }
    this.#failures += 1;
    if (this.#failures >= failuresToLock) {
      this.#failures = 0;
      this.#lockedUntil = Date.now() + lockMs;
    }
    return false;
  };
}
