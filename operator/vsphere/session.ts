/**
 * One authenticated session with a vSphere server, shared by everybody who talks to that server as that user.
 *
 * Logs in on first use and again when the server forgot the session. Concurrent callers share one log-in. Reads are repeated once
 * after a new log-in, writes never. Rejected credentials are remembered, so that retries cannot lock the account.
 */
import { isPortError, PortError } from '../ports/errors.ts';
import type { VsphereTarget } from '../ports/vsphere.ts';
import { soapActionFor } from './apiVersion.ts';
import { type CallRecord, CallRunner, hasExpired } from './callRunner.ts';
import type { VimCall } from './codec.ts';
import { type CallLimits, HardenedClient } from './hardenedClient.ts';
import type { ServiceContent } from './serviceContent.ts';
import { SoapTransport } from './soapTransport.ts';
import type { XmlNode } from './xmlNode.ts';

export interface SessionLimits {
  /** For each request, unless a call says otherwise. */
  readonly requestTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** How long rejected credentials are not tried again. ESXi unlocks an account after 15 minutes by default. */
  readonly rejectedCredentialsMs: number;
}

export interface SessionOptions {
  readonly target: VsphereTarget;
  readonly limits: SessionLimits;
  readonly now: () => number;
  readonly observe: (record: CallRecord) => void;
  /** Called after each log-in. */
  readonly onLogin?: () => void;
}

/** The calls of one piece of work, all in the same session: views and collectors live and die with it. */
export interface Calls {
  readonly content: ServiceContent;
  /** UserSession.key; undefined where the server gave none. */
  readonly sessionKey?: string | undefined;
  /** Rejects with a `PortError`. `waitsMs` is how long the call may wait at the server, on top of the usual limit. */
  call(call: VimCall, options?: { readonly waitsMs: number }): Promise<XmlNode>;
  /** Gives back a view or collector, even after an abort. Never rejects: what stays behind ends with the session. */
  discard(call: VimCall): Promise<void>;
}

const TIDY_UP_MS = 5_000;
/** A retry of a hundred objects is one log-in: a server locks an account after a few. */
const RETRY_PAUSE_MS = 30_000;

export class VsphereSession {
  readonly server: string;
  /** In the time of `now`. */
  lastUsed: number;
  readonly #options: SessionOptions;
  readonly #transport: SoapTransport;
  readonly #runner: CallRunner;
  readonly #closing = new AbortController();
  /** The log-in under way or done; `#current` is its result. */
  #client: Promise<HardenedClient> | undefined;
  #current: HardenedClient | undefined;
  #rejected: { readonly error: PortError; readonly until: number } | undefined;
  /** Those that a retry was made for, or that came at about the same time. */
  readonly #wishes = new Set<string>();
  /** No retry before this time. */
  #noRetryBefore = Number.NEGATIVE_INFINITY;

  constructor(options: SessionOptions) {
    const { target, limits, now, observe } = options;
    this.#options = options;
    this.#transport = new SoapTransport(target.tls, limits.connectTimeoutMs);
    this.#runner = new CallRunner({ server: target.server, closing: this.#closing.signal, now, observe });
    this.server = target.server;
    this.lastUsed = now();
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
    const timeoutMs = this.#options.limits.requestTimeoutMs;
    try {
      return await this.#runner.invoke(client, call, { signal, idempotent: false, timeoutMs });
    } catch (error) {
      if (hasExpired(error)) {
        this.#forget(client);
      }
      throw error;
    }
  }

  /** Credentials that were rejected are sent once more at the next call: once for each `wish`, and once for many at about the same time. */
  retryRejected(wish: string): void {
    if (this.#rejected === undefined || this.#wishes.has(wish)) return;
    this.#wishes.add(wish);
    const now = this.#options.now();
    if (now < this.#noRetryBefore) return;
    this.#noRetryBefore = now + RETRY_PAUSE_MS;
    this.#rejected = undefined;
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
    if (this.#current === undefined) {
      // A log-in under way is not worth waiting for.
      this.#closing.abort();
    }
    await this.logout();
    this.#closing.abort();
    this.#transport.close();
  }

  async #loggedIn(signal: AbortSignal): Promise<HardenedClient> {
    const now = this.#options.now();
    this.lastUsed = now;
    if (this.#closing.signal.aborted || signal.aborted) {
      throw new PortError('Aborted', `the call to ${this.server} was aborted`);
    }
    if (this.#rejected !== undefined && now < this.#rejected.until) {
      throw this.#rejected.error;
    }
    this.#client ??= this.#login();
    return await unlessAborted(this.#client, signal, this.server);
  }

  /** Shared by all callers, so that no single caller's signal ends it. */
  async #login(): Promise<HardenedClient> {
    const { target, limits, now } = this.#options;
    const options = { signal: this.#closing.signal, timeoutMs: limits.requestTimeoutMs };
    const loginLimits = () => this.#runner.limits({ ...options, idempotent: true });
    try {
      const context = { ...options, method: 'Login', action: `log-in as ${target.username}` };
      const client = await this.#runner.run(context, async () => {
        const soapAction = soapActionFor(await this.#versions(loginLimits()));
        const { server, username, password } = target;
        const created = new HardenedClient({ server, username, password, soapAction, transport: this.#transport, loginLimits });
        await created.login();
        return created;
      });
      this.#current = client;
      this.#rejected = undefined;
      this.#options.onLogin?.();
      return client;
    } catch (error) {
      this.#client = undefined;
      if (isPortError(error, 'VsphereCredentialsRejected')) {
        this.#rejected = { error, until: now() + limits.rejectedCredentialsMs };
      }
      throw error;
    }
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
      sessionKey: client.sessionKey,
      call: (call, options) => {
        const timeoutMs = requestTimeoutMs + (options?.waitsMs ?? 0);
        return this.#runner.invoke(client, call, { signal, idempotent: true, timeoutMs });
      },
      discard: (call) => this.#callQuietly(client, call),
    };
  }

  /** For what is tidied up at the end of some work: brief, and independent of the work's own signal. */
  async #callQuietly(client: HardenedClient, call: VimCall): Promise<void> {
    const timeoutMs = Math.min(TIDY_UP_MS, this.#options.limits.requestTimeoutMs);
    await this.#runner.invoke(client, call, { signal: this.#closing.signal, idempotent: false, timeoutMs }).catch(() => undefined);
  }

  /** Another caller may have logged in anew already: only the client that failed is given up. */
  #forget(client: HardenedClient): void {
    if (this.#current === client) {
      this.#current = undefined;
      this.#client = undefined;
    }
  }
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
