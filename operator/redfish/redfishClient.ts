/** JSON over HTTP with one BMC: Basic authentication, time limit, errors as PortErrors. Resources are followed by their links. */
import type { Agent } from 'node:http';
import { PortError } from '../ports/errors.ts';
import { connectionError, type RequestContext, statusError } from './errors.ts';
import { exchange, type HttpAnswer } from './httpRequest.ts';

export interface Resource {
  readonly body: unknown;
  readonly etag: string | undefined;
}

export interface WriteOptions {
  readonly action: string;
  readonly body: unknown;
  readonly ifMatch?: string;
}

/** A request that ended; never its content. */
export interface BmcRequestReport {
  readonly origin: string;
  readonly method: string;
  /** What it was for, in a few words. */
  readonly action: string;
  /** `ok`, or the code of the `PortError` that a refusal or a broken connection is. */
  readonly outcome: string;
  readonly durationMs: number;
}

export interface ClientOptions {
  readonly systemUrl: URL;
  readonly agent: Agent;
  readonly username: string;
  readonly password: string;
  readonly timeoutMs: number;
  readonly onRequest: (report: BmcRequestReport) => void;
}

export class RedfishClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  get origin(): string {
    return this.#options.systemUrl.origin;
  }

  /** Path of the system, as the user gave it. */
  get systemPath(): string {
    return this.#options.systemUrl.pathname;
  }

  /** `path` is a link of the BMC; `action` names the attempt in errors. */
  async get(path: string, action: string, signal: AbortSignal): Promise<Resource> {
    const answer = await this.#send({ method: 'GET', path, body: undefined, headers: {} }, action, signal);
    if (answer.status !== 200) {
      throw statusError(answer, this.#context(action, signal));
    }
    return { body: this.#parse(answer.text, action), etag: answer.headers.etag };
  }

  /** Resolves with the status, whatever it is: the caller knows which refusals it can live with. */
  async write(method: 'POST' | 'PATCH', path: string, options: WriteOptions, signal: AbortSignal): Promise<HttpAnswer> {
    const headers = { 'Content-Type': 'application/json', ...(options.ifMatch === undefined ? {} : { 'If-Match': options.ifMatch }) };
    return await this.#send({ method, path, body: JSON.stringify(options.body), headers }, options.action, signal);
  }

  refusal(answer: HttpAnswer, action: string, signal: AbortSignal): PortError {
    return statusError(answer, this.#context(action, signal));
  }

  async #send(
    request: {
      readonly method: 'GET' | 'POST' | 'PATCH';
      readonly path: string;
      readonly body: string | undefined;
      readonly headers: Readonly<Record<string, string>>;
    },
    action: string,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { systemUrl, agent, username, password, timeoutMs } = this.#options;
    const context = this.#context(action, signal);
    const url = this.#resolve(request.path, systemUrl);
    const begin = performance.now();
    const report = (outcome: string): void => {
      const { method } = request;
      this.#options.onRequest({ origin: this.origin, method, action, outcome, durationMs: performance.now() - begin });
    };
    try {
      signal.throwIfAborted();
      const answer = await exchange({
        method: request.method,
        url,
        agent,
        body: request.body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        headers: {
          Accept: 'application/json',
          'OData-Version': '4.0',
          Authorization: `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`,
          ...request.headers,
        },
      });
      report(answer.status < 400 ? 'ok' : statusError(answer, context).code);
      return answer;
    } catch (error) {
      const translated = connectionError(error, context);
      report(translated.code);
      throw translated;
    }
  }

  /** A link must stay on this BMC: the credentials go with every request. */
  #resolve(path: string, base: URL): URL {
    const url = new URL(path, base);
    if (url.origin !== base.origin) {
      throw new PortError('BmcRequestFailed', `the BMC ${base.origin} links to another server; the link was not followed`);
    }
    return url;
  }

  #parse(text: string, action: string): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new PortError('BmcRequestFailed', `the BMC ${this.origin} answered ${action} with something that is no JSON`, { cause });
    }
  }

  #context(action: string, signal: AbortSignal): RequestContext {
    return { origin: this.origin, action, signal, timeoutMs: this.#options.timeoutMs };
  }
}
