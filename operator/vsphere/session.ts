/**
 * One authenticated session with a vSphere server, shared by everybody who talks to that server as that user.
 *
 * Logs in on first use and again when the server forgot the session. Concurrent callers share one log-in. Reads are repeated once after
 * a new log-in, writes never. Rejected credentials are remembered, so that retries cannot lock the account.
 */
import { isPortError, PortError } from '../ports/errors.ts';
import type { VsphereTarget } from '../ports/vsphere.ts';
import { soapActionFor } from './apiVersion.ts';
import type { VimCall } from './codec.ts';
import { connectionError } from './connectionErrors.ts';
import { faultError } from './faults.ts';
import { type CallLimits, HardenedClient } from './hardenedClient.ts';
import type { ServiceContent } from './serviceContent.ts';
import { SoapTransport } from './soapTransport.ts';
import { VimFault } from './vimFault.ts';
import type { XmlNode } from './xmlNode.ts';

export interface SessionLimits {
  /** For each request, unless a call says otherwise. */
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How long rejected credentials are not tried again. ESXi unlocks an account after 15 minutes by default. */
  readonly rejectedCredentialsMs: number;
}

/** What a finished request was, for metrics and debug logs. */
export interface CallRecord {
  readonly server: string;
  readonly method: string;
  readonly milliseconds: number;
  /** `ok`, or the code of the `PortError`. */
  readonly outcome: string;
}

export interface SessionOptions {
  readonly target: VsphereTarget;
  readonly limits: SessionLimits;
  readonly now: () => number;
  readonly observe: (record: CallRecord) => void;
}

/** The calls of one piece of work, all in the same session: views and collectors live and die with it. */
export interface Calls {
  readonly content: ServiceContent;
  readonly signal: AbortSignal;
  /** Rejects with a `PortError`. `waitsMs` is how long the call may wait at the server, on top of the usual limit. */
  call(call: VimCall, options?: { readonly waitsMs: number }): Promise<XmlNode>;
  /** Gives back a view or collector, even after an abort. Never rejects: what stays behind ends with the session. */
  discard(call: VimCall): Promise<void>;
}

interface CallOptions {
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
  readonly timeoutMs: number;
}

const TIDY_UP_MS = 5_000;

export class VsphereSession {
  readonly server: string;
  lastUsed: number;
  readonly #options: SessionOptions;
  readonly #transport: SoapTransport;
  readonly #closing = new AbortController();
  /** The log-in under way or done; `#current` is its result. */
  #client: Promise<HardenedClient> | undefined;
  #current: HardenedClient | undefined;
  #rejected: { readonly error: PortError; readonly until: number } | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#transport = new SoapTransport(options.target.tls, options.limits.connectTimeoutMs);
    this.server = options.target.server;
    this.lastUsed = options.now();
  }

  /** Runs work that changes nothing, once more if the session turned out to have expired. */
  async read<T>(signal: AbortSignal, work: (calls: Calls) => Promise<T>): Promise<T> {
    const client = await this.#loggedIn(signal);
    try {
      return await work(this.#callsOf(client, signal));
    } catch (error) {
      if (!hasExpired(error)) {
        throw error;
      }
      this.#forget(client);
      return await work(this.#callsOf(await this.#loggedIn(signal), signal));
    }
  }

  /** Sends one call that changes something, exactly once. If the session had expired nothing was done; the next call logs in. */
  async write(call: VimCall, signal: AbortSignal): Promise<XmlNode> {
    const client = await this.#loggedIn(signal);
    try {
      return await this.#call(client, call, { signal, idempotent: false, timeoutMs: this.#options.limits.requestTimeoutMs });
    } catch (error) {
      if (hasExpired(error)) {
        this.#forget(client);
      }
      throw error;
    }
  }

  /** Ends the session at the server. Never rejects; a later call logs in again. */
  async logout(): Promise<void> {
    const pending = this.#client;
    this.#client = undefined;
    this.#current = undefined;
    const client = await pending?.catch(() => undefined);
    if (client !== undefined) {
      await this.#callQuietly(client, { method: 'Logout', on: client.content.sessionManager });
    }
  }

  /** Logs out, aborts what is still under way and closes the connections. Calls after it are refused. */
  async close(): Promise<void> {
    await this.logout();
    this.#closing.abort();
    this.#transport.close();
  }

  async #loggedIn(signal: AbortSignal): Promise<HardenedClient> {
    this.lastUsed = this.#options.now();
    if (this.#closing.signal.aborted || signal.aborted) {
      throw new PortError('Aborted', `the call to ${this.server} was aborted`);
    }
    if (this.#rejected !== undefined && this.#options.now() < this.#rejected.until) {
      throw this.#rejected.error;
    }
    this.#client ??= this.#login();
    return await unlessAborted(this.#client, signal, this.server);
  }

  /** Shared by all callers, so that no single caller's signal ends it. */
  async #login(): Promise<HardenedClient> {
    const { target, limits } = this.#options;
    const timeoutMs = limits.requestTimeoutMs;
    const loginLimits = () => this.#limits({ signal: this.#closing.signal, idempotent: true, timeoutMs });
    const action = `log-in as ${target.username}`;
    return await this.#observed('Login', async () => {
      try {
        const soapAction = soapActionFor(await this.#versions(loginLimits()));
        const client = new HardenedClient({ ...target, soapAction, transport: this.#transport, loginLimits });
        await client.login();
        this.#current = client;
        this.#rejected = undefined;
        return client;
      } catch (error) {
        this.#client = undefined;
        const translated = this.#translate(error, action, { signal: this.#closing.signal, timeoutMs });
        if (isPortError(translated, 'VsphereCredentialsRejected')) {
          this.#rejected = { error: translated, until: this.#options.now() + limits.rejectedCredentialsMs };
        }
        throw translated;
      }
    });
  }

  async #versions(limits: CallLimits): Promise<string | undefined> {
    const answer = await this.#transport.send(`https://${this.server}/sdk/vimServiceVersions.xml`, {
      method: 'GET',
      headers: {},
      ...limits,
    });
    return answer.status === 200 ? answer.body : undefined;
  }

  #callsOf(client: HardenedClient, signal: AbortSignal): Calls {
    const { requestTimeoutMs } = this.#options.limits;
    return {
      content: client.content,
      signal,
      call: (call, options) =>
        this.#call(client, call, { signal, idempotent: true, timeoutMs: requestTimeoutMs + (options?.waitsMs ?? 0) }),
      discard: (call) => this.#callQuietly(client, call),
    };
  }

  /** For what is tidied up at the end of some work: brief, and independent of the work's own signal. */
  async #callQuietly(client: HardenedClient, call: VimCall): Promise<void> {
    const timeoutMs = Math.min(TIDY_UP_MS, this.#options.limits.requestTimeoutMs);
    await this.#call(client, call, { signal: this.#closing.signal, idempotent: false, timeoutMs }).catch(() => undefined);
  }

  async #call(client: HardenedClient, call: VimCall, options: CallOptions): Promise<XmlNode> {
    return await this.#observed(call.method, async () => {
      try {
        return await client.invoke(call, this.#limits(options));
      } catch (error) {
        throw this.#translate(error, `${call.method} of ${call.on.value}`, options);
      }
    });
  }

  #translate(error: unknown, action: string, options: Pick<CallOptions, 'signal' | 'timeoutMs'>): PortError {
    const signal = this.#closing.signal.aborted ? this.#closing.signal : options.signal;
    return error instanceof VimFault
      ? faultError(action, error, 'VsphereFault')
      : connectionError(error, { server: this.server, action, signal, timeoutMs: options.timeoutMs });
  }

  #limits({ signal, idempotent, timeoutMs }: CallOptions): CallLimits {
    return { signal: AbortSignal.any([signal, this.#closing.signal, AbortSignal.timeout(timeoutMs)]), idempotent };
  }

  async #observed<T>(method: string, work: () => Promise<T>): Promise<T> {
    const start = this.#options.now();
    const record = (outcome: string) =>
      this.#options.observe({ server: this.server, method, milliseconds: this.#options.now() - start, outcome });
    try {
      const result = await work();
      record('ok');
      return result;
    } catch (error) {
      record(isPortError(error) ? error.code : 'error');
      throw error;
    }
  }

  /** Another caller may have logged in anew already: only the client that failed is given up. */
  #forget(client: HardenedClient): void {
    if (this.#current === client) {
      this.#current = undefined;
      this.#client = undefined;
    }
  }
}

function hasExpired(error: unknown): boolean {
  return isPortError(error) && error.detail['fault'] === 'NotAuthenticated';
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal, server: string): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new PortError('Aborted', `the call to ${server} was aborted`, { cause: signal.reason }));
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
