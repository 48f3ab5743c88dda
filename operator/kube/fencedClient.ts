// A client for the work of a leader: what is written while the lease has lapsed does not count as written.
import { PortError } from '../ports/errors.ts';
import type { KubeClient } from './client.ts';
import type { KubeRequest } from './transport.ts';

/** Events change nothing that anybody acts on, and the last ones are written at the very end. */
const HARMLESS = 'Event';

/**
 * Every dangerous command waits for the answer to the write that records it. So this is where a leader that was frozen, and
 * deposed meanwhile, stops: the answer that it finds after it thawed is an abort, not a permission to send the command.
 */
export function fencedClient(client: KubeClient, lapsed: () => boolean): KubeClient {
  const check = ({ method, path, writes }: KubeRequest): void => {
    if (writes === undefined || writes === HARMLESS || !lapsed()) return;
    throw new PortError('Aborted', `${method} ${path}: the lease was lost before the answer was there`);
  };
  return {
    get namespace() {
      return client.namespace;
    },
    request: async <T>(request: KubeRequest) => {
      check(request);
      const answer = await client.request<T>(request);
      check(request);
      return answer;
    },
    stream: (request, idleMs) => client.stream(request, idleMs),
    writes: () => client.writes(),
    close: () => client.close(),
  };
}
