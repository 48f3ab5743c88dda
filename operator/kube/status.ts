// Writes a status: server-side apply of the whole of it, once, to the object that was looked at and to no other.
import { StaleObject } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { isKubeError, type KubeError } from './kubeError.ts';
import { type Mirrored, withoutManagedFields } from './mirror.ts';
import { read } from './read.ts';
import { apiVersionOf, keyOf, objectPath, type Resource } from './resource.ts';
import { semanticallyEqual } from './semanticallyEqual.ts';

export interface WithStatus extends Mirrored {
  readonly status?: unknown;
}

export interface StatusWrite<T extends WithStatus> {
  readonly resource: Resource;
  /** The state that the status was computed from. */
  readonly object: T;
  /** The newest state that is known, where that is another one. */
  readonly known?: T | undefined;
  readonly status: unknown;
  readonly signal: AbortSignal;
  /** Told what the server has where that is not what the status was computed from. */
  readonly onNews?: ((fresh: T) => void) | undefined;
}

export interface StatusWriter {
  /**
   * Resolves with the object as the server has it then, without a request where nothing would change. Rejects with
   * StaleObject when the object is gone or was re-created, or when somebody else wrote its status since it was looked at; and
   * with KubeError otherwise.
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
    apply: async (write) => {
      const { resource, object, known = object, status } = write;
      const { uid } = object.metadata;
      const id = idOf(resource, keyOf(object.metadata));
      if (semanticallyEqual(known.status, status)) return known;
      const before = last.get(id);
      if (before?.uid === uid && semanticallyEqual(before.sent, status) && semanticallyEqual(before.got, known.status)) return known;
      if (!semanticallyEqual(known.status, object.status)) throw overtaken(write);
      const applied = await send(client, fieldManager, write);
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
 * bound to the version. When that has moved on, it is repeated only over changes of spec and metadata: a status that somebody
 * else wrote meanwhile may record what was sent to a host, and is not ours to replace by what we knew before.
 */
async function send<T extends WithStatus>(client: KubeClient, fieldManager: string, write: StatusWrite<T>): Promise<T> {
  const { resource, object, known = object, status, signal } = write;
  const { name, namespace } = object.metadata;
  let version = known.metadata.resourceVersion;
  for (let attempt = 1; ; attempt += 1) {
    const metadata = { name, namespace, resourceVersion: version };
    try {
      const applied = await client.request<T>({
        method: 'PATCH',
        path: `${pathOf(write)}/status`,
        query: { fieldManager, force: 'true' },
        contentType: 'application/apply-patch+yaml',
        body: { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, status },
        writes: `${resource.kind}/status`,
        signal,
      });
      return withoutManagedFields(applied);
    } catch (error) {
      if (!isKubeError(error, 404, 409) || (error.status === 409 && attempt === ATTEMPTS)) throw error;
      const fresh = await afterRefusal(client, write, error);
      // A write of ours whose answer got lost.
      if (semanticallyEqual(fresh.status, status)) return fresh;
      version = fresh.metadata.resourceVersion;
    }
  }
}

/** The same object with the status that the write rests on, or with the one that it wants. Rejects with StaleObject for anything else. */
async function afterRefusal<T extends WithStatus>(client: KubeClient, write: StatusWrite<T>, error: KubeError): Promise<T> {
  const fresh = error.status === 404 ? undefined : await read<T>(client, pathOf(write), write.signal);
  if (fresh?.metadata.uid !== write.object.metadata.uid) {
    throw new StaleObject(`${nameOf(write)} is no longer the object that was read`, { cause: error });
  }
  if (!semanticallyEqual(fresh.status, write.status) && !semanticallyEqual(fresh.status, write.object.status)) {
    write.onNews?.(fresh);
    throw overtaken(write, error);
  }
  return fresh;
}

function pathOf<T extends WithStatus>({ resource, object }: StatusWrite<T>): string {
  const { name, namespace } = object.metadata;
  return objectPath(resource, { namespace, name });
}

function overtaken<T extends WithStatus>(write: StatusWrite<T>, cause?: unknown): StaleObject {
  return new StaleObject(`the status of ${nameOf(write)} was written by somebody else since it was looked at`, { cause });
}

function nameOf<T extends WithStatus>({ resource, object }: StatusWrite<T>): string {
  return `${resource.kind} ${keyOf(object.metadata)}`;
}
