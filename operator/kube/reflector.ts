// Keeps a mirror of one collection: list, watch, and start over for as long as it takes. Only its signal ends it.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../engine/log.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import { listAll } from './listAll.ts';
import { type Change, type Mirror, type Mirrored, withoutManagedFields } from './mirror.ts';
import { createRetryDelay } from './retryDelay.ts';
import { readWatch, type WatchEvent } from './watchLines.ts';

export interface ReflectorOptions<T extends Mirrored> {
  readonly client: KubeClient;
  /** Of the collection. */
  readonly path: string;
  readonly fieldSelector?: string;
  /** Media types to ask for; default the whole objects as JSON. */
  readonly accept?: { readonly list: string; readonly watch: string };
  readonly mirror: Mirror<T>;
  /** What changed, after the mirror has changed. What it throws is logged; it cannot harm the reflector. */
  readonly onChange: (change: Change) => void;
  readonly log: Logger;
  /** Milliseconds to wait after a failure; default client-go's. */
  readonly retryDelay?: () => number;
  readonly pageSize?: number;
  /** The server ends each watch after this long plus up to as much again; default 300 s. */
  readonly watchSeconds?: number;
  /** A watch on which nothing comes for this long, not even a bookmark, is opened anew; default 150 s. */
  readonly idleMs?: number;
}

export interface Reflector {
  /** Resolves after the first complete list. Never rejects. */
  readonly synced: Promise<void>;
  /** Resolves when the signal has ended it. */
  readonly ended: Promise<void>;
  /** Lists again at once, whatever it is doing. Resolves when the mirror has what the server had at the call, or something later. */
  refresh(): Promise<void>;
}

/** Names, labels and versions only: contents never leave the server. */
export const METADATA_ONLY = {
  list: 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
  watch: 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1',
};

const JSON_ONLY = 'application/json';
const PAGE_SIZE = 500;
const WATCH_SECONDS = 300;
// The API server sends a bookmark about once a minute, so a live watch is never this quiet.
const IDLE_MS = 150_000;
/** A watch that the server ended earlier counts as a failure, or a server that ends each at once would be hammered. */
const SHORT_WATCH_MS = 1_000;
/** So many failed watches in a row and we no longer trust the version to resume from. */
const RELIST_AFTER = 3;

export function startReflector<T extends Mirrored>(options: ReflectorOptions<T>, signal: AbortSignal): Reflector {
  const loop = new ReflectorLoop(options, signal);
  return { synced: loop.synced, ended: loop.run(), refresh: () => loop.refresh() };
}

class ReflectorLoop<T extends Mirrored> {
  readonly synced: Promise<void>;
  readonly #options: ReflectorOptions<T>;
  readonly #signal: AbortSignal;
  readonly #delay: () => number;
  #resolveSynced: () => void = () => undefined;
  /** Where the next watch begins; undefined: list first. */
  #version: string | undefined;
  #failures = 0;
  /** Those who wait for a list that begins after they asked. */
  #asking: (() => void)[] = [];
  /** Ends the list, watch or pause of now, for a list at once. */
  #interrupt = new AbortController();

  constructor(options: ReflectorOptions<T>, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#delay = options.retryDelay ?? createRetryDelay();
    this.synced = new Promise((resolve) => {
      this.#resolveSynced = resolve;
    });
  }

  async run(): Promise<void> {
    while (!this.#signal.aborted) {
      this.#interrupt = new AbortController();
      const signal = AbortSignal.any([this.#signal, this.#interrupt.signal]);
      const calm = await this.#turn(signal);
      if (!calm && !signal.aborted) await sleep(this.#delay(), undefined, { signal }).catch(() => undefined);
    }
  }

  async refresh(): Promise<void> {
    const asked = Promise.withResolvers<void>();
    this.#asking.push(asked.resolve);
    this.#interrupt.abort(new Error('a new list is asked for'));
    await asked.promise;
  }

  /** One list if need be and one watch; false when a pause should follow. */
  async #turn(signal: AbortSignal): Promise<boolean> {
    const started = performance.now();
    if (this.#asking.length > 0) this.#version = undefined;
    try {
      this.#version ??= await this.#list(signal);
      await this.#watch(this.#version, signal);
      this.#failures = 0;
      return performance.now() - started > SHORT_WATCH_MS;
    } catch (error) {
      if (!signal.aborted) this.#judge(error);
      return false;
    }
  }

  async #list(signal: AbortSignal): Promise<string> {
    const { client, path, pageSize = PAGE_SIZE, mirror } = this.#options;
    const accept = this.#options.accept?.list ?? JSON_ONLY;
    const asking = this.#asking.length;
    const { items, resourceVersion } = await listAll<T>({ client, path, query: this.#selector(), accept, pageSize, signal });
    signal.throwIfAborted();
    this.#tell(mirror.replace(items.map(withoutManagedFields), resourceVersion));
    this.#failures = 0;
    this.#resolveSynced();
    for (const resolve of this.#asking.splice(0, asking)) resolve();
    return resourceVersion;
  }

  async #watch(resourceVersion: string, signal: AbortSignal): Promise<void> {
    const { client, path, watchSeconds = WATCH_SECONDS, idleMs = IDLE_MS } = this.#options;
    const timeoutSeconds = String(Math.ceil(watchSeconds * (1 + Math.random())));
    const query = { ...this.#selector(), watch: 'true', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds };
    const accept = this.#options.accept?.watch ?? JSON_ONLY;
    const body = await client.stream({ method: 'GET', path, query, accept, signal }, idleMs);
    for await (const event of readWatch<T>(body, path)) {
      if (signal.aborted) return;
      this.#take(event);
      this.#reach(event.object.metadata.resourceVersion);
      this.#failures = 0;
    }
  }

  #reach(version: string | undefined): void {
    if (version === undefined) return;
    this.#version = version;
    this.#options.mirror.advance(version);
  }

  #take({ type, object }: WatchEvent<T>): void {
    const { mirror } = this.#options;
    if (type === 'DELETED') this.#tell(mirror.delete(object));
    else if (type !== 'BOOKMARK') this.#tell(mirror.upsert(withoutManagedFields(object)));
  }

  #tell(changes: readonly Change[]): void {
    for (const change of changes) {
      try {
        this.#options.onChange(change);
      } catch (error) {
        this.#options.log.error('a change handler failed', { path: this.#options.path, key: change.key, error });
      }
    }
  }

  /** Everything is retried. The question is only whether the known version is still good to resume from. */
  #judge(error: unknown): void {
    const { log, path } = this.#options;
    this.#failures += 1;
    const resume = mayResume(error) && this.#failures < RELIST_AFTER;
    if (!resume) this.#version = undefined;
    if (isKubeError(error, 410)) log.info('the watch fell behind; listing again', { path });
    else log.warn('the watch failed; trying again', { path, failures: this.#failures, error });
  }

  #selector(): Record<string, string> {
    return this.#options.fieldSelector === undefined ? {} : { fieldSelector: this.#options.fieldSelector };
  }
}

/** After a broken connection or an overloaded server we lost no news; after any other answer we may have. */
function mayResume(error: unknown): boolean {
  return !isKubeError(error) || isKubeError(error, 0, 401, 429, 500, 502, 503);
}
