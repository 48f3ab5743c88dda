/** Who may see which page: name of the server, token and method of a request are judged before anything is read. Pure. */
import { createHash, timingSafeEqual } from 'node:crypto';

export type Route =
  | { readonly page: 'fleet' }
  | { readonly page: 'host' | 'attachment'; readonly namespace: string; readonly name: string };

export interface UiRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

export interface Gate {
  readonly port: number;
  readonly token: string;
}

export interface Refusal {
  readonly status: 403 | 404 | 405;
  readonly why: string;
}

export interface Admission {
  readonly route: Route;
  /** False where the reader stopped the page from loading itself anew. */
  readonly refresh: boolean;
}

/** RFC 1123: what names of our objects and namespaces are made of. Anything else never reaches the API server. */
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;
const PAGES = { hosts: 'host', attachments: 'attachment' } as const;

/** A web page elsewhere whose name was made to point here (DNS rebinding) sends its own name in Host. */
export function judge({ method, target, host, origin }: UiRequest, { port, token }: Gate): Refusal | Admission {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !names.includes(host)) return { status: 403, why: 'the Host header does not name this server' };
  if (origin !== undefined && origin !== `http://${host}`) return { status: 403, why: 'requests of other pages are not answered' };
  const url = URL.canParse(target, 'http://localhost') ? new URL(target, 'http://localhost') : undefined;
  const given = url?.searchParams.get('token') ?? '';
  if (url === undefined || !sameText(given, token)) {
    return { status: 403, why: 'the token is missing or wrong; open the address that kubectl sriov ui printed' };
  }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, why: 'these pages can only be read' };
  const route = routeOf(url.pathname);
  if (route === undefined) return { status: 404, why: 'there is no such page' };
  return { route, refresh: url.searchParams.get('refresh') !== 'off' };
}

export function routeOf(path: string): Route | undefined {
  if (path === '/') return { page: 'fleet' };
  const [kind, namespace, name, ...rest] = path.slice(1).split('/');
  if (kind !== 'hosts' && kind !== 'attachments') return undefined;
  if (namespace === undefined || name === undefined || rest.length > 0) return undefined;
  return NAME.test(namespace) && NAME.test(name) ? { page: PAGES[kind], namespace, name } : undefined;
}

/** Takes as long for every text: hashes have one length, and are compared to their end. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
