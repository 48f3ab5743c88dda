/** Addresses of the pages. Each carries the token: a cookie would go to every server on 127.0.0.1, whatever its port. Pure. */
import type { Route } from './gate.ts';

export interface Links {
  readonly fleet: string;
  host(namespace: string, name: string): string;
  attachment(namespace: string, name: string): string;
  /** The same page with or without loading itself anew. */
  switchRefresh(route: Route): string;
}

export function linksWith({ token, refresh }: { readonly token: string; readonly refresh: boolean }): Links {
  const to = (path: readonly string[], fresh = refresh): string =>
    `/${path.map(encodeURIComponent).join('/')}?token=${encodeURIComponent(token)}${fresh ? '' : '&refresh=off'}`;
  return {
    fleet: to([]),
    host: (namespace, name) => to(['hosts', namespace, name]),
    attachment: (namespace, name) => to(['attachments', namespace, name]),
    switchRefresh: (route) => to(route.page === 'fleet' ? [] : [`${route.page}s`, route.namespace, route.name], !refresh),
  };
}
