// The HTTP server for probes and metrics.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface HealthOptions {
  readonly port: number;
  /** Default: all addresses, where the kubelet asks. */
  readonly host?: string;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Why something is not well; empty when it is. */
export type Check = () => readonly string[];

export interface HealthServer {
  readonly port: number;
  /** /healthz fails while any of these report a problem: the process should be restarted. */
  addLivenessCheck(check: Check): void;
  /** /readyz fails while any of these report a problem: the process should be waited for. */
  addReadinessCheck(check: Check): void;
  close(): Promise<void>;
}

/** A timer that comes this late means that something held the event loop: nothing else ran meanwhile either. */
const LATEST_HEARTBEAT_MS = 20_000;
const HEARTBEAT_MS = 1_000;

/**
 * Serves /healthz, /readyz and /metrics. A blocked event loop cannot answer at all, so the probe's own time limit notices it;
 * one that is starved for long but answers in between is noticed by a heartbeat.
 */
export async function startHealthServer(options: HealthOptions): Promise<HealthServer> {
  const heartbeat = startHeartbeat();
  const liveness: Check[] = [heartbeat.check];
  const readiness: Check[] = [];
  const server = createServer((request, response) => {
    answer({ request, response, liveness, readiness, metrics: options.metrics }).catch((error: unknown) => {
      options.log.error('a request to the health server failed', { path: request.url, error });
      response.destroy();
    });
  });
  // A client that sends its headers slowly must not hold a connection for ever.
  server.headersTimeout = 5_000;
  server.requestTimeout = 10_000;
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    addLivenessCheck: (check) => liveness.push(check),
    addReadinessCheck: (check) => readiness.push(check),
    close: async () => {
      heartbeat.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly liveness: readonly Check[];
  readonly readiness: readonly Check[];
  readonly metrics: Metrics;
}

async function answer({ request, response, liveness, readiness, metrics }: Exchange): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  if (request.method !== 'GET' && request.method !== 'HEAD') send(response, 405, 'only GET\n');
  else if (path === '/healthz' || path === '/livez') sendChecks(response, liveness);
  else if (path === '/readyz') sendChecks(response, readiness);
  else if (path === '/metrics') send(response, 200, await metrics.text(), metrics.contentType);
  else send(response, 404, 'here are /healthz, /readyz and /metrics\n');
}

function sendChecks(response: ServerResponse, checks: readonly Check[]): void {
  const problems = checks.flatMap((check) => check());
  if (problems.length === 0) send(response, 200, 'ok\n');
  else send(response, 503, `${problems.join('\n')}\n`);
}

function send(response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType, 'cache-control': 'no-store' }).end(body);
}

async function listen(server: Server, { port, host }: HealthOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Error(`cannot listen on port ${port} for probes and metrics`, { cause })));
    server.listen(port, host, resolve);
  });
}

function startHeartbeat(): { readonly check: Check; readonly stop: () => void } {
  let last = performance.now();
  const timer = setInterval(() => {
    last = performance.now();
  }, HEARTBEAT_MS);
  timer.unref();
  const check = () => {
    const late = performance.now() - last;
    return late > LATEST_HEARTBEAT_MS ? [`the event loop has been blocked for ${Math.round(late / 1_000)} s`] : [];
  };
  return { check, stop: () => clearInterval(timer) };
}
