/** Remembers which credentials a host rejected, so that they are tried once: ESXi locks an account after five failures. */
import { createHmac, randomBytes } from 'node:crypto';
import { PortError } from '../ports/errors.ts';
import type { EsxiTarget } from '../ports/esxiHost.ts';

interface Rejection {
  readonly digest: string;
  readonly error: PortError;
}

export class RejectedCredentials {
  readonly #salt = randomBytes(32);
  readonly #byKey = new Map<string, Rejection>();

  /** Throws what the host said when it rejected these very credentials at this very address. */
  check(target: EsxiTarget): void {
    const rejection = this.#byKey.get(target.key);
    if (rejection === undefined || rejection.digest !== this.#digest(target)) return;
    throw new PortError('CredentialsRejected', rejection.error.message, { cause: rejection.error });
  }

  remember(target: EsxiTarget, error: PortError): void {
    this.#byKey.set(target.key, { digest: this.#digest(target), error });
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  /** Keyed with a secret of this process, so that the memory holds nothing a password could be guessed from. */
  #digest({ address, port, credentials }: EsxiTarget): string {
    const text = JSON.stringify([address, port, credentials.username, credentials.password, credentials.privateKey]);
    return createHmac('sha256', this.#salt).update(text).digest('hex');
  }
}
