/**
 * The HTTP half of the SOAP client: one POST per call over verified, kept-alive connections.
 *
 * It implements the `httpClient` that the SOAP library can be given. The answer goes to the caller through the exchange and the
 * library gets an empty envelope in its place: the library's own reader would parse everything a second time, keep the last
 * body, and log bodies (passwords among them) under DEBUG.
 */
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { TlsTrust } from '../ports/bmc.ts';
import { VerifiedAgent } from '../tls/verifiedAgent.ts';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What travels with one call through the library: its limits, and the way back for the answer. */
export interface Exchange {
  /** Ends the call, whether by its caller or by its time limit. */
  readonly signal: AbortSignal;
  /** A call that may be sent twice: it is repeated when a kept-alive connection turns out to be closed. */
  readonly idempotent: boolean;
  deliver(answer: HttpAnswer): void;
}

type LibraryCallback = (error: unknown, response?: { status: number; headers: IncomingMessage['headers'] }, body?: string) => void;

const EMPTY_ENVELOPE = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>';

/** Idle connections are given up after this time, well below the idle limits of vCenter's proxy and of ESXi. */
const IDLE_MS = 15_000;

/** Far above any answer to the properties read here; a bound all the same. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;

export class SoapTransport {
  readonly #agent: VerifiedAgent;

  constructor(trust: TlsTrust, connectTimeoutMs: number) {
    this.#agent = new VerifiedAgent({ trust, connectTimeoutMs, idleMs: IDLE_MS });
  }

  /** The signature that the SOAP library calls. */
  request(url: string, body: string, callback: LibraryCallback, headers: Record<string, string>, exchange: Exchange): void {
    const answered = ({ headers: answerHeaders }: HttpAnswer) => callback(null, { status: 200, headers: answerHeaders }, EMPTY_ENVELOPE);
    this.send(url, { method: 'POST', headers, body, signal: exchange.signal, idempotent: exchange.idempotent })
      .then((answer) => {
        exchange.deliver(answer);
        answered(answer);
      })
      .catch((error: unknown) => callback(error));
  }

  /** Any request of this server; rejects with the socket's error, a `ConnectTimeout` or the signal's reason. */
  async send(url: string, options: SendOptions): Promise<HttpAnswer> {
    try {
      return await this.#sendOnce(url, options);
    } catch (error) {
      if (options.idempotent && error instanceof StaleConnection && !options.signal.aborted) {
        return await this.#sendOnce(url, options);
      }
      throw error instanceof StaleConnection ? error.cause : error;
    }
  }

  /** Closes the kept connections. */
  close(): void {
    this.#agent.destroy();
  }

  #sendOnce(url: string, options: SendOptions): Promise<HttpAnswer> {
    if (options.signal.aborted) {
      // The agent would make a connection all the same, and keep it.
      return Promise.reject(options.signal.reason);
    }
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const body = Buffer.from(options.body ?? '', 'utf8');
    const settings: RequestOptions = {
      method: options.method,
      agent: this.#agent,
      headers: { ...options.headers, 'Content-Length': body.length },
      signal: options.signal,
    };
    const outgoing = request(url, settings, (incoming) => {
      readAnswer(incoming).then(resolve, reject);
    });
    outgoing.on('error', (error) => {
      reject(outgoing.reusedSocket && !options.signal.aborted ? new StaleConnection({ cause: error }) : error);
    });
    outgoing.end(body);
    return promise;
  }
}

export interface SendOptions {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
  readonly idempotent: boolean;
}

/** A kept-alive connection failed before an answer: the server may have closed it while it was idle. */
class StaleConnection extends Error {
  override readonly name = 'StaleConnection';

  constructor(options: ErrorOptions) {
    super('a kept-alive connection was closed', options);
  }
}

/** An answer, but not one of vSphere: a proxy's error page, or a server that is still starting. */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  readonly status: number;

  constructor(status: number, options: ErrorOptions = {}) {
    super(`an answer with HTTP status ${status} that is not SOAP`, options);
    this.status = status;
  }
}

async function readAnswer(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_ANSWER_BYTES) {
      incoming.destroy();
      throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks).toString('utf8') };
}
