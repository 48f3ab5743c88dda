// Adds and removes our finalizer by JSON patches that fail rather than touch anybody else's.
import { StaleObject } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import type { Mirrored } from './mirror.ts';
import { read } from './read.ts';
import { objectPath, type Resource } from './resource.ts';

export interface FinalizerChange {
  readonly resource: Resource;
  readonly object: Mirrored;
  readonly finalizer: string;
  readonly signal: AbortSignal;
}

export interface PatchOperation {
  readonly op: 'test' | 'add' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

const ATTEMPTS = 4;

/** No request when it is there already. Rejects with StaleObject when the object is gone or was re-created. */
export async function addFinalizer(client: KubeClient, change: FinalizerChange): Promise<void> {
  const gone = await patchUntilDone(client, change, (object) => additionOf(object, change.finalizer));
  if (gone) throw stale(change);
}

/** No request when it is not there; an object that is gone or was re-created needs nothing any more. */
export async function removeFinalizer(client: KubeClient, change: FinalizerChange): Promise<void> {
  await patchUntilDone(client, change, (object) => removalOf(object, change.finalizer));
}

/** The patch that appends the finalizer, provided the list is as we know it; undefined when nothing is to do. */
export function additionOf({ metadata }: Mirrored, finalizer: string): PatchOperation[] | undefined {
  const { uid, finalizers = [] } = metadata;
  if (finalizers.includes(finalizer)) return undefined;
  const sameObject: PatchOperation = { op: 'test', path: '/metadata/uid', value: uid };
  // A list that is missing cannot be appended to, and testing for null proves that it is missing.
  if (finalizers.length === 0) {
    return [
      sameObject,
      { op: 'test', path: '/metadata/finalizers', value: null },
      { op: 'add', path: '/metadata/finalizers', value: [finalizer] },
    ];
  }
  return [
    sameObject,
    { op: 'test', path: '/metadata/finalizers', value: finalizers },
    { op: 'add', path: '/metadata/finalizers/-', value: finalizer },
  ];
}

/** The patch that removes the finalizer from the place where it is; undefined when nothing is to do. */
export function removalOf({ metadata }: Mirrored, finalizer: string): PatchOperation[] | undefined {
  const index = metadata.finalizers?.indexOf(finalizer) ?? -1;
  if (index < 0) return undefined;
  const path = `/metadata/finalizers/${index}`;
  return [
    { op: 'test', path: '/metadata/uid', value: metadata.uid },
    { op: 'test', path, value: finalizer },
    { op: 'remove', path },
  ];
}

/** True when the object turned out to be gone or another one. */
async function patchUntilDone(
  client: KubeClient,
  change: FinalizerChange,
  patchOf: (object: Mirrored) => PatchOperation[] | undefined,
): Promise<boolean> {
  const { resource, signal } = change;
  const path = objectPath(resource, change.object.metadata);
  let object: Mirrored = change.object;
  for (let attempt = 1; ; attempt += 1) {
    const patch = patchOf(object);
    if (patch === undefined) return false;
    try {
      const writes = `${resource.kind}/finalizers`;
      await client.request({ method: 'PATCH', path, contentType: 'application/json-patch+json', body: patch, writes, signal });
      return false;
    } catch (error) {
      if (isKubeError(error, 404)) return true;
      // 422: a test operation failed, so the object is not as we knew it.
      if (!isKubeError(error, 409, 422) || attempt === ATTEMPTS) throw error;
    }
    const fresh = await read(client, path, signal);
    if (fresh?.metadata.uid !== change.object.metadata.uid) return true;
    object = fresh;
  }
}

function stale({ resource, object }: FinalizerChange): StaleObject {
  return new StaleObject(`${resource.kind} ${object.metadata.namespace}/${object.metadata.name} is gone or was re-created`);
}
