/** Running single requests of a session: each within its time limit, observed, and with its failure as a `PortError`. */
import { isPortError, type PortError } from '../ports/errors.ts';
import type { VimCall } from './codec.ts';
import { connectionError } from './connectionErrors.ts';
import { faultError } from './faults.ts';
import type { CallLimits, HardenedClient } from './hardenedClient.ts';
import { VimFault } from './vimFault.ts';
import type { XmlNode } from './xmlNode.ts';

/** What a finished request was, for metrics and debug logs. */
export interface CallRecord {
  readonly server: string;
  readonly method: string;
  readonly milliseconds: number;
  /** `ok`, or the code of the `PortError`. */
  readonly outcome: string;
}

export interface CallRunnerOptions {
  readonly server: string;
  /** Aborts when the session is closed. */
  readonly closing: AbortSignal;
  readonly now: () => number;
  readonly observe: (record: CallRecord) => void;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  readonly timeoutMs: number;
}

export class CallRunner {
  readonly #options: CallRunnerOptions;

  constructor(options: CallRunnerOptions) {
    this.#options = options;
  }

  /** One call of a method on a managed object. */
  invoke(client: HardenedClient, call: VimCall, options: CallOptions): Promise<XmlNode> {
    const action = `${call.method} of ${call.on.value}`;
    return this.run({ ...options, method: call.method, action }, () => client.invoke(call, this.limits(options)));
  }

  /** Any work that ends in requests. `method` is its name in records, `action` that in error messages. */
  async run<T>(context: Omit<CallOptions, 'idempotent'> & { method: string; action: string }, work: () => Promise<T>): Promise<T> {
    const { now, observe, server } = this.#options;
    const { method } = context;
    const start = now();
    try {
      const result = await work();
      observe({ server, method, milliseconds: now() - start, outcome: 'ok' });
      return result;
    } catch (error) {
      const translated = this.#translate(error, context);
      observe({ server, method, milliseconds: now() - start, outcome: translated.code });
      throw translated;
    }
  }

  limits({ signal, idempotent, timeoutMs }: CallOptions): CallLimits {
    return { signal: AbortSignal.any([signal, this.#options.closing, AbortSignal.timeout(timeoutMs)]), idempotent };
  }

  #translate(error: unknown, context: { signal: AbortSignal; timeoutMs: number; action: string }): PortError {
    const { server, closing } = this.#options;
    const signal = closing.aborted ? closing : context.signal;
    return error instanceof VimFault
      ? faultError(context.action, error, 'VsphereFault')
      : connectionError(error, { ...context, server, signal });
  }
}

/** The server no longer knows the session, and refused the call before it did anything. */
export function hasExpired(error: unknown): boolean {
  return isPortError(error) && error.detail['fault'] === 'NotAuthenticated';
}
