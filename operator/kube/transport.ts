// One request over the shared connections: credentials, HTTP/1.1, the count for metrics, and a second try when a token or CA was rotated.
import type { Readable } from 'node:stream';
import type { Connection, Credentials } from './connection.ts';

export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** From `resource.ts`, without a query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** What is written, for the count of writes, for example `SriovHost/status`. */
  readonly writes?: string;
  /** Waits for no other request: the renewal of a lease must not stand behind a crowd. */
  readonly urgent?: boolean;
  readonly signal: AbortSignal;
  /** For the whole answer; default 30 s. */
  readonly timeoutMs?: number;
}

/** One finished request, as client-go's rest_client metrics want it. `code` is `<error>` when no answer came. */
export interface RequestRecord {
  readonly code: string;
  readonly method: string;
  readonly host: string;
  readonly seconds: number;
}

export interface TransportOptions {
  readonly connection: Connection;
  readonly userAgent: string;
  readonly onRequest?: (record: RequestRecord) => void;
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable & { text(): Promise<string> };
}

export interface SendOptions {
  readonly signal: AbortSignal;
  readonly headersTimeout?: number;
  readonly bodyTimeout?: number;
}

/** Once more if who we are or whom we trust was refused and the configuration says something else by now: rotation costs no failure. */
export async function send(options: TransportOptions, request: KubeRequest, limits: SendOptions): Promise<Answer> {
  const { connection } = options;
  const credentials = await connection.credentials();
  const renewed = () => connection.renew(credentials).catch(() => false);
  const again = async () => await sendWith(options, { request, limits, credentials: await connection.credentials() });
  let answer: Answer;
  try {
    answer = await sendWith(options, { request, limits, credentials });
  } catch (error) {
    if (isDistrust(error) && (await renewed())) return await again();
    throw error;
  }
  if (answer.statusCode !== 401 || !(await renewed())) return answer;
  await answer.body.text();
  return await again();
}

/** The server's certificate was not signed by the CA that we know: that may have been replaced. */
function isDistrust(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /CERT|SELF_SIGNED|VERIFY_LEAF|ALTNAME/.test(code);
}

interface Sending {
  readonly request: KubeRequest;
  readonly limits: SendOptions;
  readonly credentials: Credentials;
}

async function sendWith(options: TransportOptions, { request, limits, credentials }: Sending): Promise<Answer> {
  const { connection, onRequest } = options;
  const started = performance.now();
  const record = (code: string) =>
    onRequest?.({ code, method: request.method, host: new URL(connection.origin).host, seconds: (performance.now() - started) / 1_000 });
  const query = new URLSearchParams(request.query).toString();
  // HTTP/1.1: one connection for each watch, so that a broken one takes no other down.
  const http1 = { allowH2: false };
  try {
    const answer = await credentials.dispatcher.request({
      ...http1,
      ...limits,
      origin: connection.origin,
      path: `${connection.basePath}${request.path}${query === '' ? '' : `?${query}`}`,
      method: request.method,
      headers: {
        ...credentials.headers,
        accept: request.accept ?? 'application/json',
        'user-agent': options.userAgent,
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    });
    record(String(answer.statusCode));
    return answer;
  } catch (error) {
    record('<error>');
    throw error;
  }
}
