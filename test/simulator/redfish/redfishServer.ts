/** The BMC of one simulated host: Redfish over HTTPS (or plain HTTP where told) on a loopback port. It answers while the host is off. */
import { createServer as createHttpServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { makeCertificate } from '../../support/tls/makeCertificate.ts';
import type { HostWorld } from '../world/hostWorld.ts';
import { patchSettings, reset } from './redfishActions.ts';
import { type RedfishAnswer, redfishError, resource } from './redfishMessages.ts';
import type { RedfishOptions } from './redfishOptions.ts';
import * as tree from './redfishResources.ts';

export interface BmcEndpoint {
  readonly systemUrl: string;
  readonly username: string;
  readonly password: string;
  /** Undefined over plain http. */
  readonly certificateFingerprint: string | undefined;
  readonly caBundle: string | undefined;
  /** `GET /redfish/v1/Systems/1`, in order. */
  readonly requests: readonly string[];
  /** Answers the next request with this status instead of doing anything. */
  failNext(status: number): void;
  changePassword(password: string): void;
  stop(): Promise<void>;
}

interface State {
  readonly world: HostWorld;
  readonly options: RedfishOptions;
  readonly username: string;
  password: string;
  readonly requests: string[];
  readonly failures: number[];
}

export async function startRedfishServer(
  world: HostWorld,
  options: RedfishOptions & { readonly address?: string } = {},
): Promise<BmcEndpoint> {
  const address = options.address ?? '127.0.0.1';
  const state: State = {
    world,
    options,
    username: options.username ?? 'operator',
    password: options.password ?? 'bmc-secret',
    requests: [],
    failures: [],
  };
  const listener: RequestListener = (request, response) => {
    serve(state, request).then(
      (answer) => send(response, answer),
      (error: unknown) => send(response, redfishError(500, 'InternalError', `simulator: ${String(error)}`)),
    );
  };
  const certificate = options.tls === false ? undefined : await makeCertificate([address]);
  const server =
    certificate === undefined
      ? createHttpServer(listener)
      : createHttpsServer({ cert: certificate.certPem, key: certificate.keyPem }, listener);
  const port = await listen(server, address);
  return {
    systemUrl: `${certificate === undefined ? 'http' : 'https'}://${address}:${port}${tree.SYSTEM}`,
    username: state.username,
    password: state.password,
    certificateFingerprint: certificate?.fingerprintSha256,
    caBundle: certificate?.certPem,
    requests: state.requests,
    failNext: (status) => state.failures.push(status),
    changePassword: (password) => {
      state.password = password;
    },
    stop: () => close(server),
  };
}

async function serve(state: State, request: IncomingMessage): Promise<RedfishAnswer> {
  const path = (request.url ?? '').replace(/\/$/, '');
  state.requests.push(`${request.method} ${path}`);
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  if (state.options.delayMs !== undefined) {
    await new Promise<void>((resolve) => state.world.clock.schedule(state.options.delayMs ?? 0, resolve));
  }
  const failure = state.failures.shift();
  if (failure !== undefined) {
    return redfishError(failure, 'GeneralError', 'The request failed because the test asked for it.');
  }
  const open = path === tree.ROOT || path === '/redfish';
  return open || isAuthorized(state, request) ? route(state, path, request, Buffer.concat(chunks).toString('utf8')) : unauthorized();
}

function route(state: State, path: string, request: IncomingMessage, text: string): RedfishAnswer {
  const { world, options } = state;
  const resources: Readonly<Record<string, (() => Readonly<Record<string, unknown>>) | undefined>> = {
    '/redfish': () => ({ v1: `${tree.ROOT}/` }),
    [tree.ROOT]: () => tree.serviceRoot(world),
    [`${tree.ROOT}/Systems`]: () => tree.systems(),
    [tree.SYSTEM]: () => tree.system(world, options),
    [tree.RESET_INFO]: options.allowableValues === 'actionInfo' ? () => tree.resetActionInfo(world) : undefined,
    [tree.BIOS]: options.bios === 'none' ? undefined : () => tree.bios(world, options),
    [tree.SETTINGS]: (options.bios ?? 'settings') === 'settings' ? () => tree.biosSettings(world, options) : undefined,
  };
  const read = resources[path];
  if (request.method === 'GET' && read !== undefined) {
    return resource(read(), options.etags !== 'absent');
  }
  if (request.method === 'POST' && path === tree.RESET) {
    return withJson(text, (body) => reset(world, options, body));
  }
  if (request.method === 'PATCH' && path === tree.SETTINGS && read !== undefined) {
    return withJson(text, (body) => patchSettings(world, options, { body, ifMatch: request.headers['if-match'] }));
  }
  return read === undefined
    ? redfishError(404, 'ResourceMissingAtURI', `The resource at the URI ${path} was not found.`)
    : redfishError(405, 'OperationNotAllowed', 'The HTTP method is not allowed on this resource.');
}

function withJson(text: string, run: (body: unknown) => RedfishAnswer): RedfishAnswer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return redfishError(400, 'MalformedJSON', `The request body could not be parsed: ${String(error)}`);
  }
  return run(body);
}

function isAuthorized(state: State, request: IncomingMessage): boolean {
  const expected = `Basic ${Buffer.from(`${state.username}:${state.password}`).toString('base64')}`;
  return request.headers.authorization === expected;
}

function unauthorized(): RedfishAnswer {
  const answer = redfishError(401, 'NoValidSession', 'There is no valid session established with the implementation.');
  return { ...answer, headers: { 'WWW-Authenticate': 'Basic realm="RedfishService"' } };
}

function send(response: ServerResponse, answer: RedfishAnswer): void {
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body);
  response.writeHead(answer.status, { 'Content-Type': 'application/json; charset=utf-8', 'OData-Version': '4.0', ...answer.headers });
  response.end(text);
}

function listen(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, () => {
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
