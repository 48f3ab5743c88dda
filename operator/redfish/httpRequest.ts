/** One HTTP exchange with a BMC: bounded in time and size, no redirects followed, nothing interpreted. */
import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface HttpExchange {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: URL;
  readonly agent: Agent;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A BIOS registry is the largest thing that a BMC sends; what we read is far smaller. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Rejects with what Node gives: connection errors, the signal's reason, or a body beyond the limit. */
export function exchange(options: HttpExchange): Promise<HttpAnswer> {
  const { method, url, agent, headers, body, signal } = options;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const request = send(url, { method, agent, signal, headers: { ...headers, ...length } }, (response) => {
      readBody(response).then((text) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }), reject);
    });
    request.once('error', reject);
    // A request that waits for its connection does not notice the signal by itself.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_BODY_BYTES) {
      response.destroy();
      throw new Error(`the answer is longer than ${MAX_BODY_BYTES} bytes`);
    }
  }
  return Buffer.concat(chunks).toString('utf8');
}
