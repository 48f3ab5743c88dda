// One HTTPS request to the test's API server as its admin: for set-up and for looking, never part of what is tested.
import { request } from 'node:https';

export interface AdminResponse {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

export interface AdminTarget {
  readonly port: number;
  readonly caPem: string;
  readonly token: string;
}

export interface AdminRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Default `application/json`. */
  readonly contentType?: string;
}

const TIMEOUT_MS = 10_000;

/** Resolves with whatever status came; rejects only when no answer came. */
export function adminRequest(target: AdminTarget, options: AdminRequest): Promise<AdminResponse> {
  const payload = options.body === undefined ? undefined : JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        host: '127.0.0.1',
        port: target.port,
        ca: target.caPem,
        method: options.method,
        path: options.path,
        timeout: TIMEOUT_MS,
        headers: { authorization: `Bearer ${target.token}`, 'content-type': options.contentType ?? 'application/json' },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }));
      },
    );
    sent.once('timeout', () => sent.destroy(new Error(`no answer to ${options.method} ${options.path} within ${TIMEOUT_MS} ms`)));
    sent.once('error', reject);
    sent.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
