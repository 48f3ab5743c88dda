// A proxy between a client and the API server that tells what passes and can misbehave in every way that networks do.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiServer } from './apiServer.ts';

export interface PassedRequest {
  readonly method: string;
  /** With the query. */
  readonly url: string;
  readonly status: number;
  readonly httpVersion: string;
}

/** Answers in place of the server and returns true, or returns false to let the request pass. */
export type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface WatchProxy {
  /** `https://127.0.0.1:PORT`, with the API server's own certificate. */
  readonly server: string;
  /** In order of their answers. */
  readonly passed: readonly PassedRequest[];
  /** TLS connections accepted since the start. */
  connections(): number;
  openWatches(): number;
  /** Resets every connection. */
  cut(): void;
  /** Writes a line into every open watch. */
  say(line: string): void;
  intercept(handler: Intercept | undefined): void;
  /** Decides for each line of a watch whether it passes; undefined: all do. */
  filterLines(keep: ((line: string) => boolean) | undefined): void;
  stop(): Promise<void>;
}

export async function startWatchProxy(target: Pick<ApiServer, 'port' | 'caPem' | 'servingCertificate'>): Promise<WatchProxy> {
  const upstream = new Agent({ keepAlive: true, ca: target.caPem });
  const sockets = new Set<Duplex>();
  const watches = new Set<ServerResponse>();
  const passed: PassedRequest[] = [];
  let connections = 0;
  let intercept: Intercept | undefined;
  let keep: ((line: string) => boolean) | undefined;
  const { certPem, keyPem } = target.servingCertificate;
  const server = createServer({ cert: certPem, key: keyPem }, (incoming, outgoing) => {
    const note = (status: number) =>
      passed.push({ method: incoming.method ?? '', url: incoming.url ?? '', status, httpVersion: incoming.httpVersion });
    if (intercept?.(incoming, outgoing) === true) {
      outgoing.once('finish', () => note(outgoing.statusCode));
      return;
    }
    forward({ target, upstream, incoming, outgoing, watches, note, keep: (line) => keep?.(line) ?? true });
  });
  server.on('secureConnection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    server: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    passed,
    connections: () => connections,
    openWatches: () => watches.size,
    cut,
    say: (line) => {
      for (const watch of watches) watch.write(`${line}\n`);
    },
    intercept: (handler) => {
      intercept = handler;
    },
    filterLines: (filter) => {
      keep = filter;
    },
    stop: async () => {
      cut();
      upstream.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Forward {
  readonly target: Pick<ApiServer, 'port' | 'caPem'>;
  readonly upstream: Agent;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly watches: Set<ServerResponse>;
  readonly note: (status: number) => void;
  readonly keep: (line: string) => boolean;
}

function forward({ target, upstream, incoming, outgoing, watches, note, keep }: Forward): void {
  const { method, url = '', headers } = incoming;
  const isWatch = url.includes('watch=true');
  const sent = request(
    { host: '127.0.0.1', port: target.port, ca: target.caPem, agent: upstream, method, path: url, headers, servername: '' },
    (answer) => {
      note(answer.statusCode ?? 0);
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.once('error', () => outgoing.destroy());
      answer.once('aborted', () => outgoing.destroy());
      if (!isWatch || answer.statusCode !== 200) {
        answer.pipe(outgoing);
        return;
      }
      watches.add(outgoing);
      outgoing.flushHeaders();
      passLines(answer, outgoing, keep);
    },
  );
  outgoing.once('close', () => {
    watches.delete(outgoing);
    sent.destroy();
  });
  sent.on('error', () => outgoing.destroy());
  incoming.pipe(sent);
}

function passLines(answer: IncomingMessage, outgoing: ServerResponse, keep: (line: string) => boolean): void {
  let rest = '';
  answer.setEncoding('utf8');
  answer.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (keep(line)) outgoing.write(`${line}\n`);
  });
  answer.once('end', () => outgoing.end());
}
