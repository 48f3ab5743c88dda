/** Sees every object as it changes, and waits for what a test expects, woken by the API server's watch. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { Condition } from '../../../operator/api/types.ts';
import { silentLog } from '../../../operator/engine/log.ts';
import { createKubeClient } from '../../../operator/kube/client.ts';
import { createCluster } from '../../../operator/kube/cluster.ts';
import { openConnection } from '../../../operator/kube/connection.ts';
import type { Kind, ObjectOf } from '../../../operator/ports/cluster.ts';

export interface Observer {
  get<K extends Kind>(kind: K, key: string): ObjectOf<K> | undefined;
  list<K extends Kind>(kind: K): readonly ObjectOf<K>[];
  /** Called on every change of any object. Returns an unsubscribe. */
  onChange(listener: () => void): () => void;
  /** Resolves once the predicate holds for the object; rejects with its last state after the time limit (default 60 s). */
  until<K extends Kind>(
    kind: K,
    key: string,
    holds: (object: ObjectOf<K> | undefined) => boolean,
    options?: { readonly timeoutMs?: number; readonly what?: string },
  ): Promise<ObjectOf<K> | undefined>;
  /** Until the condition has this status (and reason, if given). */
  untilCondition<K extends Kind>(
    kind: K,
    key: string,
    wanted: { readonly type: string; readonly status: Condition['status']; readonly reason?: string; readonly timeoutMs?: number },
  ): Promise<ObjectOf<K>>;
  stop(): Promise<void>;
}

export async function startObserver(kubeconfigPath: string): Promise<Observer> {
  const client = createKubeClient({ connection: openConnection({ kind: 'file', path: kubeconfigPath }), userAgent: 'lab' });
  const cluster = createCluster({ client, log: silentLog, namespaces: [], instance: 'lab' });
  const stop = new AbortController();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  cluster.onHostChange(tell);
  cluster.onAttachmentChange(tell);
  cluster.start(stop.signal);
  await cluster.synced;

  const storeOf = <K extends Kind>(kind: K) =>
    (kind === 'SriovHost' ? cluster.hosts : cluster.attachments) as unknown as {
      get(key: string): ObjectOf<K> | undefined;
      list(): readonly ObjectOf<K>[];
    };
  const onChange = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const until: Observer['until'] = (kind, key, holds, { timeoutMs = 60_000, what = 'the expected state' } = {}) =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const object = storeOf(kind).get(key);
        if (!holds(object)) return;
        finish();
        resolve(object);
      };
      const timer = setTimeout(() => {
        finish();
        reject(
          new Error(
            `${kind} ${key} did not reach ${what} within ${timeoutMs} ms: ${JSON.stringify(storeOf(kind).get(key)?.status, null, 1)}`,
          ),
        );
      }, timeoutMs);
      const unsubscribe = onChange(check);
      const finish = (): void => {
        clearTimeout(timer);
        unsubscribe();
      };
      check();
    });
  return {
    get: (kind, key) => storeOf(kind).get(key),
    list: (kind) => storeOf(kind).list(),
    onChange,
    until,
    untilCondition: async (kind, key, { type, status, reason, timeoutMs }) => {
      const matches = (object: ObjectOf<typeof kind> | undefined): boolean => {
        const condition = findCondition(object?.status?.conditions, type);
        const current = object !== undefined && object.status?.observedGeneration === object.metadata.generation;
        return current && condition?.status === status && (reason === undefined || condition.reason === reason);
      };
      const object = await until(kind, key, matches, {
        what: `${type}=${status}${reason === undefined ? '' : ` (${reason})`}`,
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      });
      if (object === undefined) throw new Error(`${kind} ${key} is gone`);
      return object;
    },
    stop: async () => {
      stop.abort(new Error('the lab stops'));
      await client.close();
    },
  };
}
