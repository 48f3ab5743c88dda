// Writes a status: server-side apply of the whole of it, once, to the object that was looked at and to no other.
import { StaleObject } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import { type Mirrored, withoutManagedFields } from './mirror.ts';
import { read } from './read.ts';
import { apiVersionOf, keyOf, objectPath, type Resource } from './resource.ts';
import { semanticallyEqual } from './semanticallyEqual.ts';

export interface WithStatus extends Mirrored {
  readonly status?: unknown;
}

export interface StatusWrite<T extends WithStatus> {
  readonly resource: Resource;
  /** The newest state of the object that is known. */
  readonly object: T;
  readonly status: unknown;
  readonly signal: AbortSignal;
}

export interface StatusWriter {
  /**
   * Resolves with the object as the server has it then, without a request where nothing would change. Rejects with
   * StaleObject when the object is gone or was re-created, and with KubeError otherwise.
   */
  apply<T extends WithStatus>(write: StatusWrite<T>): Promise<T>;
  /** The object is gone: what is remembered about it can go too. */
  forget(resource: Resource, key: string): void;
}

const ATTEMPTS = 5;

interface Applied {
  readonly uid: string;
  readonly sent: unknown;
  readonly got: unknown;
}

export function createStatusWriter(client: KubeClient, fieldManager: string): StatusWriter {
  // What we sent last and what the server made of it: a default or another manager's field must not make us write for ever.
  const last = new Map<string, Applied>();
  return {
    apply: async ({ resource, object, status, signal }) => {
      const { uid } = object.metadata;
      const id = idOf(resource, keyOf(object.metadata));
      if (semanticallyEqual(object.status, status)) return object;
      const before = last.get(id);
      if (before?.uid === uid && semanticallyEqual(before.sent, status) && semanticallyEqual(before.got, object.status)) return object;
      const applied = await send(client, fieldManager, { resource, object, status, signal });
      last.set(id, { uid, sent: status, got: applied.status });
      return applied;
    },
    forget: (resource, key) => {
      last.delete(idOf(resource, key));
    },
  };
}

function idOf({ kind }: Resource, key: string): string {
  return `${kind}/${key}`;
}

/**
 * The API server ignores a `metadata.uid` in an apply to the status subresource (measured with 1.37.2: a re-created object
 * takes the status of its predecessor), but it honours `resourceVersion`, which no other object ever has. So the write is
 * bound to the version; when that has moved on, the UID is compared and the write repeated.
 */
async function send<T extends WithStatus>(client: KubeClient, fieldManager: string, write: StatusWrite<T>): Promise<T> {
  const { resource, status, signal } = write;
  const { name, namespace, uid } = write.object.metadata;
  const path = objectPath(resource, { namespace, name });
  let version = write.object.metadata.resourceVersion;
  for (let attempt = 1; ; attempt += 1) {
    const metadata = { name, namespace, resourceVersion: version };
    try {
      const applied = await client.request<T>({
        method: 'PATCH',
        path: `${path}/status`,
        query: { fieldManager, force: 'true' },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, status },
        writes: `${resource.kind}/status`,
        signal,
      });
      return withoutManagedFields(applied);
    } catch (error) {
      if (!isKubeError(error, 404, 409) || (error.status === 409 && attempt === ATTEMPTS)) throw error;
      const fresh = error.status === 404 ? undefined : await read(client, path, signal);
      if (fresh?.metadata.uid !== uid) {
        throw new StaleObject(`${resource.kind} ${namespace}/${name} is no longer the object that was read`, { cause: error });
      }
      version = fresh.metadata.resourceVersion;
    }
  }
}
