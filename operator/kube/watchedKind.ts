// The watch caches of one of our kinds, in all namespaces or in a few, seen as one store.
import type { Logger } from '../engine/log.ts';
import type { Store } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { type Change, Mirror, type Mirrored } from './mirror.ts';
import { type Reflector, startReflector } from './reflector.ts';
import { collectionPath, type Resource } from './resource.ts';

export interface WatchedKindOptions {
  readonly client: KubeClient;
  readonly resource: Resource;
  /** Empty: all namespaces, with one watch. */
  readonly namespaces: readonly string[];
  readonly onChange: (change: Change) => void;
  readonly log: Logger;
  readonly retryDelay?: () => number;
}

export interface WatchedKind<T extends Mirrored> extends Store<T> {
  start(signal: AbortSignal): void;
  /** Resolves when the first list of every namespace is there. */
  readonly synced: Promise<void>;
  /** Resolves when what the server had at the call is here. */
  refresh(): Promise<void>;
  /** News from the answer to a request of our own: readers see it before the watch brings it. */
  learn(object: T): void;
}

export function watchKind<T extends Mirrored>(options: WatchedKindOptions): WatchedKind<T> {
  const { client, resource, log, onChange, retryDelay } = options;
  const scopes = options.namespaces.length === 0 ? [undefined] : [...new Set(options.namespaces)];
  const mirrors = new Map(scopes.map((namespace) => [namespace, new Mirror<T>()]));
  const mirrorOf = (namespace: string | undefined) => mirrors.get(undefined) ?? mirrors.get(namespace);
  const synced = Promise.withResolvers<void>();
  let reflectors: readonly Reflector[] = [];
  return {
    get: (key) => mirrorOf(key.split('/')[0])?.get(key),
    list: () =>
      mirrors.size === 1 ? (mirrors.values().next().value?.list() ?? []) : [...mirrors.values()].flatMap((mirror) => mirror.list()),
    learn: (object) => {
      for (const change of mirrorOf(object.metadata.namespace)?.learn(object) ?? []) onChange(change);
    },
    start: (signal) => {
      reflectors = [...mirrors].map(([namespace, mirror]) =>
        startReflector(
          { client, log, mirror, onChange, path: collectionPath(resource, namespace), ...(retryDelay === undefined ? {} : { retryDelay }) },
          signal,
        ),
      );
      void Promise.all(reflectors.map((reflector) => reflector.synced)).then(() => synced.resolve());
    },
    synced: synced.promise,
    refresh: async () => {
      await Promise.all(reflectors.map((reflector) => reflector.refresh()));
    },
  };
}
