/** The HTTPS side of a vim25 service: one port that is there while its machine is up. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { makeCertificate, type ServerCertificate } from '../../support/tls/makeCertificate.ts';
import { serveGuestFile } from './guestFileEndpoint.ts';
import { SoapService, type SoapServiceOptions } from './soapService.ts';
import { serviceVersionsXml } from './wire/apiVersion.ts';

export interface SoapEndpointOptions extends SoapServiceOptions {
  /** Default 127.0.0.1. */
  readonly address?: string;
  /** Default: one for the address and localhost, which all endpoints of that address share. */
  readonly certificate?: ServerCertificate;
  /** False while the machine is off or booting: connections are refused. Default: always true. */
  readonly isUp?: () => boolean;
  /** False while the machine is up but its management agent is not yet: every request gets HTTP 503. */
  readonly isReady?: () => boolean;
}

/** A running endpoint; `service` has its sessions, misbehaviours and counters. */
export class SoapEndpoint {
  readonly service: SoapService;
  readonly address: string;
  readonly certificate: ServerCertificate;
  readonly #options: SoapEndpointOptions;
  #server: Server | undefined;
  #port = 0;
  #up = false;
  #changing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SoapEndpointOptions, certificate: ServerCertificate) {
    this.service = new SoapService(options);
    this.address = options.address ?? '127.0.0.1';
    this.certificate = certificate;
    this.#options = options;
  }

  /** The same before and after the machine was down. */
  get port(): number {
    return this.#port;
  }

  /** `host:port`, as a user writes it. */
  get server(): string {
    return `${this.address}:${this.#port}`;
  }

  get url(): string {
    return `https://${this.server}/sdk`;
  }

  /** Starts or stops listening as the machine's state wants it, and wakes whoever waits for updates. */
  refresh(): Promise<void> {
    this.service.changes.notify();
    this.#changing = this.#changing.then(() => this.#adjust());
    return this.#changing;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.refresh();
  }

  async #adjust(): Promise<void> {
    if (this.#stopped) {
      await this.#close();
      return;
    }
    const wanted = this.#options.isUp?.() ?? true;
    if (wanted && this.#server === undefined) await this.#listen();
    // Sessions die with the machine, like every open connection.
    if (!wanted && this.#up) this.#disconnect();
    this.#up = wanted;
  }

  async #listen(): Promise<void> {
    const { certPem, keyPem } = this.certificate;
    const server = createServer({ cert: certPem, key: keyPem }, (request, response) => {
      this.#handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
    });
    server.on('connection', (socket) => {
      // The port stays ours while the machine is down, so that nobody else gets it; whoever knocks is refused at once.
      if (!this.#up) socket.resetAndDestroy();
    });
    server.listen(0, this.address);
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  #disconnect(): void {
    this.service.sessions.expireAll();
    this.#server?.closeAllConnections();
  }

  async #close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#up = false;
    server.close();
    this.service.sessions.expireAll();
    server.closeAllConnections();
    await once(server, 'close');
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const path = url.pathname;
    if (this.#options.isReady?.() === false) {
      respond(response, 503, 'text/plain', 'Service Unavailable');
    } else if (path === '/sdk/vimServiceVersions.xml' && request.method === 'GET') {
      respond(response, 200, 'text/xml', serviceVersionsXml(this.service.view.apiVersion));
    } else if (path === '/guestFile') {
      await serveGuestFile(this.service.view.inventory.guests, url, { request, response });
    } else if (!/^\/sdk(\/vimService)?\/?$/.test(path)) {
      respond(response, 404, 'text/plain', 'Not Found');
    } else if (request.method !== 'POST') {
      respond(response, 405, 'text/plain', 'Method Not Allowed');
    } else {
      await this.#call(request, response);
    }
  }

  async #call(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const soapAction = request.headers['soapaction'];
    const answer = await this.service.answer({
      body: await text(request),
      soapAction: typeof soapAction === 'string' ? soapAction : undefined,
      cookie: request.headers.cookie,
      signal: gone.signal,
    });
    if (answer === 'drop') {
      request.socket.destroy();
      return;
    }
    if (answer.setCookie !== undefined) {
      response.setHeader('Set-Cookie', `vmware_soap_session=${answer.setCookie}; Path=/; HttpOnly; Secure;`);
    }
    respond(response, answer.status, 'text/xml; charset=utf-8', answer.body);
  }
}

function respond(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

/** Starts the endpoint, in the state that its machine is in. */
export async function startSoapEndpoint(options: SoapEndpointOptions): Promise<SoapEndpoint> {
  const address = options.address ?? '127.0.0.1';
  const certificate = options.certificate ?? (await makeCertificate([...new Set([address, 'localhost'])]));
  const endpoint = new SoapEndpoint(options, certificate);
  await endpoint.refresh();
  return endpoint;
}
