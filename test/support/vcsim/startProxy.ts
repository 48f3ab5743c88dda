// A TLS proxy in front of a vSphere server that records calls and can meddle with them: what a real network and a real server do.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeCertificate } from '../tls/makeCertificate.ts';

export interface UpstreamAnswer {
  readonly status: number;
  readonly body: string;
}

/** What becomes of a call. `dropBefore`: the server never sees it; `dropAfter`: it is carried out, the answer is lost. */
export type Meddling = 'forward' | 'dropBefore' | 'dropAfter' | 'hang' | UpstreamAnswer | ((answer: UpstreamAnswer) => UpstreamAnswer);

export interface ProxiedCall {
  /** Name of the method, or the path of a GET. */
  readonly method: string;
  readonly soapAction: string;
  readonly body: string;
}

export interface VsphereProxy {
  /** `host:port`. */
  readonly server: string;
  readonly certificatePem: string;
  readonly certificateFingerprint: string;
  readonly calls: readonly ProxiedCall[];
  readonly connections: number;
  count(method: string): number;
  /** Decides about each call from now on; `forward` is the default. */
  meddle(decide: (call: ProxiedCall) => Meddling): void;
  /** Makes the server reject every session cookie handed out so far. */
  expireSessions(): void;
  stop(): Promise<void>;
}

export interface Upstream {
  readonly server: string;
  readonly certificatePem: string;
}

export async function startProxy(upstream: Upstream): Promise<VsphereProxy> {
  const certificate = await makeCertificate(['127.0.0.1', 'localhost']);
  const calls: ProxiedCall[] = [];
  const expired = new Set<string>();
  const cookies = new Set<string>();
  let decide: (call: ProxiedCall) => Meddling = () => 'forward';
  let connections = 0;

  const askServer = async (incoming: Forwarded): Promise<FullAnswer> => {
    const cookie = expired.has(String(incoming.headers['cookie'])) ? { cookie: 'vmware_soap_session=expired' } : {};
    const answer = await forward(upstream, { ...incoming, headers: { ...incoming.headers, ...cookie, host: upstream.server } });
    for (const set of [answer.headers['set-cookie'] ?? []].flat()) {
      cookies.add(set.split(';')[0] ?? '');
    }
    return answer;
  };
  const server = createServer({ key: certificate.keyPem, cert: certificate.certPem }, (incoming, outgoing) => {
    // A server behind the proxy that is gone or crashes is, seen from outside, a connection that breaks.
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readAll(incoming);
    const method = /<(\w+) xmlns="urn:vim25">/.exec(body)?.[1] ?? incoming.url ?? '';
    const call = { method, soapAction: String(incoming.headers['soapaction'] ?? ''), body };
    calls.push(call);
    const decision = decide(call);
    if (decision === 'dropBefore') {
      incoming.socket.destroy();
    } else if (typeof decision === 'object') {
      outgoing.writeHead(decision.status, { 'content-type': 'text/xml' }).end(decision.body);
    } else if (decision !== 'hang') {
      const answer = await askServer({ method: incoming.method ?? 'POST', path: incoming.url ?? '/', headers: incoming.headers, body });
      if (decision === 'dropAfter') {
        incoming.socket.destroy();
        return;
      }
      const changed = decision === 'forward' ? answer : decision(answer);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.headers;
      outgoing.writeHead(changed.status, headers).end(changed.body);
    }
  };
  server.on('secureConnection', () => (connections += 1));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    server: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    certificatePem: certificate.certPem,
    certificateFingerprint: certificate.fingerprintSha256,
    calls,
    get connections() {
      return connections;
    },
    count: (method) => calls.filter((call) => call.method === method).length,
    meddle: (next) => (decide = next),
    expireSessions: () => {
      for (const cookie of cookies) {
        expired.add(cookie);
      }
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Forwarded {
  readonly method: string;
  readonly path: string;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

interface FullAnswer extends UpstreamAnswer {
  readonly headers: NodeJS.Dict<string | string[]>;
}

async function forward(upstream: Upstream, { method, path, headers, body }: Forwarded): Promise<FullAnswer> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      `https://${upstream.server}${path}`,
      { method, headers, ca: upstream.certificatePem, agent: false },
      (answer) => {
        readAll(answer).then((text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }), reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
