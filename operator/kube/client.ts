// Requests to the API server: time limits, retries that are safe, errors that can be read, a count of writes.
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { PortError } from '../ports/errors.ts';
import { startDeadline } from './deadline.ts';
import { errorFromAnswer, isKubeError, KubeError } from './kubeError.ts';
import { createLimiter } from './limiter.ts';
import { type Answer, type KubeRequest, send, type TransportOptions } from './transport.ts';

export interface KubeClientOptions extends TransportOptions {
  /** For a whole answer; default 30 s. */
  readonly timeoutMs?: number;
  /** Requests at the same time, watches not counted. Default 32. */
  readonly concurrency?: number;
}

export interface KubeClient {
  readonly namespace: string | undefined;
  /** The parsed answer. Rejects with KubeError, or with PortError `Aborted` when the signal aborts. */
  request<T>(request: KubeRequest): Promise<T>;
  /** The body as it comes, for watches; errors out when nothing comes for `idleMs`. The time limit covers the headers only. */
  stream(request: KubeRequest, idleMs: number): Promise<Readable>;
  /** Writes that the server accepted so far, by `KubeRequest.writes`. */
  writes(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;
const CONCURRENCY = 32;
const RETRIES = 3;
const LONGEST_RETRY_AFTER_MS = 5_000;

export function createKubeClient(options: KubeClientOptions): KubeClient {
  const limit = createLimiter(options.concurrency ?? CONCURRENCY);
  const { connection } = options;
  const writes = new Map<string, number>();
  return {
    get namespace() {
      return connection.namespace;
    },
    request: async <T>(request: KubeRequest) => {
      const attempts = () => withRetries(request, () => wholeAnswer(options, request));
      const text = request.urgent === true ? await attempts() : await limit(attempts);
      if (request.writes !== undefined) writes.set(request.writes, (writes.get(request.writes) ?? 0) + 1);
      return JSON.parse(text) as T;
    },
    stream: (request, idleMs) => withRetries(request, () => openStream(options, request, idleMs)),
    writes: () => Object.fromEntries(writes),
    close: () => connection.close(),
  };
}

/** The server said "not now" (then it has done nothing), or a kept connection was already dead (then only reads are repeated). */
async function withRetries<T>(request: KubeRequest, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const pause = tries < RETRIES ? retryPause(request, error, tries) : undefined;
      if (pause === undefined) throw error;
      await sleep(pause, undefined, { signal: request.signal }).catch(() => {
        throw abortedError(request);
      });
    }
  }
}

function retryPause(request: KubeRequest, error: unknown, tries: number): number | undefined {
  if (error instanceof RetryLater) return Math.min(error.seconds * 1_000, LONGEST_RETRY_AFTER_MS) * (1 + Math.random() / 4);
  const dead = request.method === 'GET' && tries === 0 && isKubeError(error, 0) && error.reason === 'ConnectionReset';
  return dead ? 0 : undefined;
}

/** 429 or 503 with a Retry-After header. */
class RetryLater extends KubeError {
  readonly seconds: number;

  constructor(error: KubeError, seconds: number) {
    super(error.message, { status: error.status, reason: error.reason });
    this.seconds = seconds;
  }
}

async function wholeAnswer(options: KubeClientOptions, request: KubeRequest): Promise<string> {
  const deadline = startDeadline(request.signal, request.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS);
  try {
    const answer = await send(options, request, { signal: deadline.signal });
    const text = await answer.body.text();
    if (answer.statusCode >= 400) throw failure(request, answer, text);
    return text;
  } catch (error) {
    throw translate(request, error, deadline.expired());
  } finally {
    deadline.clear();
  }
}

async function openStream(options: KubeClientOptions, request: KubeRequest, idleMs: number): Promise<Readable> {
  const headersTimeout = request.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS;
  try {
    const answer = await send(options, request, { signal: request.signal, headersTimeout, bodyTimeout: idleMs });
    if (answer.statusCode >= 400) throw failure(request, answer, await answer.body.text());
    return answer.body;
  } catch (error) {
    throw translate(request, error, false);
  }
}

function failure(request: KubeRequest, answer: Answer, text: string): KubeError {
  const error = errorFromAnswer(request, answer.statusCode, text);
  const seconds = Number(answer.headers['retry-after']);
  const later = (answer.statusCode === 429 || answer.statusCode === 503) && Number.isFinite(seconds);
  return later ? new RetryLater(error, seconds) : error;
}

function translate(request: KubeRequest, error: unknown, expired: boolean): Error {
  if (error instanceof KubeError) return error;
  if (request.signal.aborted) return abortedError(request);
  const what = `${request.method} ${request.path}`;
  const text = error instanceof Error ? error.message : String(error);
  if (expired) return new KubeError(`${what}: ${text}`, { status: 0, reason: 'Timeout', cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reset = code === 'ECONNRESET' || code === 'UND_ERR_SOCKET' || code === 'EPIPE';
  return new KubeError(`${what}: ${text}`, { status: 0, reason: reset ? 'ConnectionReset' : 'Unreachable', cause: error });
}

function abortedError(request: KubeRequest): PortError {
  return new PortError('Aborted', `${request.method} ${request.path} was abandoned`, { cause: request.signal.reason });
}
