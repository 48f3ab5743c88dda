// The Secrets that objects refer to, and only those: read by name, and watched so that a rotation needs no restart.
import type { Logger } from '../engine/log.ts';
import type { SecretData } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { Mirror, type Mirrored } from './mirror.ts';
import { read } from './read.ts';
import { METADATA_ONLY, type Reflector, startReflector } from './reflector.ts';
import { collectionPath, keyOf, type ObjectName, objectPath, SECRETS } from './resource.ts';

/** A user name such as `root` or `operator` is no secret, and hiding it would eat ordinary words. */
const PUBLIC_KEYS: ReadonlySet<string> = new Set(['username']);

export interface SecretCacheOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  /** A Secret is no longer what `get` gave out last: changed, deleted or created. */
  readonly onChange: (key: string) => void;
  /** Each decoded value that is handed out, so that the log can hide it. */
  readonly onValue?: (value: string) => void;
  /** Beyond so many watches of single Secrets, one watch of the metadata of all Secrets in the namespace serves. Default 100. */
  readonly mostWatches?: number;
  readonly retryDelay?: () => number;
  readonly now?: () => number;
}

export interface SecretCache {
  /** Undefined when it does not exist. The first call for a name reads it and starts to watch it. */
  get(secret: ObjectName, signal: AbortSignal): Promise<SecretData | undefined>;
  /** Ends the watches of all others that nobody has asked for lately. */
  retain(referenced: ReadonlySet<string>): void;
  /** Number of watches that are open, for tests and metrics. */
  readonly watches: number;
}

interface SecretObject extends Mirrored {
  readonly data?: Readonly<Record<string, string>>;
}

interface Entry {
  readonly stop: AbortController;
  /** Undefined: this one is served by the watch of its namespace, and its data is read each time. */
  readonly mirror: Mirror<SecretObject> | undefined;
  synced: boolean;
  lastUsed: number;
  /** Version handed out last; `absent` when there was none; undefined before the first answer. */
  given: string | undefined;
}

const ABSENT = 'absent';
const MOST_WATCHES = 100;
/** Somebody is about to use what was asked for lately, even if no object refers to it in the caches yet. */
const UNUSED_MS = 120_000;

/** All watches end with `signal`. */
export function createSecretCache(options: SecretCacheOptions, signal: AbortSignal): SecretCache {
  return new WatchedSecrets(options, signal);
}

class WatchedSecrets implements SecretCache {
  readonly #options: SecretCacheOptions;
  readonly #signal: AbortSignal;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #namespaces = new Map<string, AbortController>();

  constructor(options: SecretCacheOptions, signal: AbortSignal) {
    this.#options = options;
    this.#signal = signal;
    this.#now = options.now ?? (() => performance.now());
  }

  get watches(): number {
    return [...this.#entries.values()].filter((entry) => entry.mirror !== undefined).length + this.#namespaces.size;
  }

  async get(secret: ObjectName, signal: AbortSignal): Promise<SecretData | undefined> {
    const key = keyOf(secret);
    const entry = this.#entries.get(key) ?? this.#open(secret);
    entry.lastUsed = this.#now();
    const object =
      entry.mirror !== undefined && entry.synced
        ? entry.mirror.get(key)
        : await read<SecretObject>(this.#options.client, objectPath(SECRETS, secret), signal);
    entry.given = object?.metadata.resourceVersion ?? ABSENT;
    // The watch may have brought something newer while the answer was under way.
    if (entry.synced && entry.mirror !== undefined) this.#compare(key, entry, entry.mirror.get(key));
    return object === undefined ? undefined : this.#decode(object);
  }

  retain(referenced: ReadonlySet<string>): void {
    for (const [key, entry] of this.#entries) {
      if (referenced.has(key) || this.#now() - entry.lastUsed < UNUSED_MS) continue;
      entry.stop.abort(new Error('no longer referenced'));
      this.#entries.delete(key);
    }
    for (const [namespace, stop] of this.#namespaces) {
      if ([...this.#entries].some(([key, entry]) => entry.mirror === undefined && key.startsWith(`${namespace}/`))) continue;
      stop.abort(new Error('no longer referenced'));
      this.#namespaces.delete(namespace);
    }
  }

  #open(secret: ObjectName): Entry {
    const alone = this.watches < (this.#options.mostWatches ?? MOST_WATCHES);
    const mirror = alone ? new Mirror<SecretObject>() : undefined;
    const entry: Entry = { stop: new AbortController(), mirror, synced: false, lastUsed: this.#now(), given: undefined };
    const key = keyOf(secret);
    this.#entries.set(key, entry);
    if (mirror === undefined) {
      this.#watchNamespace(secret.namespace);
      return entry;
    }
    const onChange = () => this.#compare(key, entry, mirror.get(key));
    const reflector = this.#reflect({ namespace: secret.namespace, name: secret.name, mirror, onChange, stop: entry.stop });
    void reflector.synced.then(() => {
      entry.synced = true;
      onChange();
    });
    return entry;
  }

  #watchNamespace(namespace: string): void {
    if (this.#namespaces.has(namespace)) return;
    this.#options.log.info('many Secrets are in use; watching the metadata of all in the namespace', { namespace });
    const stop = new AbortController();
    this.#namespaces.set(namespace, stop);
    const mirror = new Mirror<Mirrored>();
    const onChange = ({ key }: { readonly key: string }) => {
      const entry = this.#entries.get(key);
      if (entry !== undefined && entry.mirror === undefined) this.#compare(key, entry, mirror.get(key));
    };
    this.#reflect({ namespace, name: undefined, mirror, onChange, stop });
  }

  #reflect<T extends Mirrored>(watch: {
    readonly namespace: string;
    readonly name: string | undefined;
    readonly mirror: Mirror<T>;
    readonly onChange: (change: { readonly key: string }) => void;
    readonly stop: AbortController;
  }): Reflector {
    const { client, log, retryDelay } = this.#options;
    return startReflector<T>(
      {
        client,
        log,
        path: collectionPath(SECRETS, watch.namespace),
        mirror: watch.mirror,
        onChange: watch.onChange,
        ...(watch.name === undefined ? { accept: METADATA_ONLY } : { fieldSelector: `metadata.name=${watch.name}` }),
        ...(retryDelay === undefined ? {} : { retryDelay }),
      },
      AbortSignal.any([watch.stop.signal, this.#signal]),
    );
  }

  /** Tells once when what is there now is not what was handed out. */
  #compare(key: string, entry: Entry, now: Mirrored | undefined): void {
    const version = now?.metadata.resourceVersion ?? ABSENT;
    if (entry.given === undefined || entry.given === version) return;
    entry.given = version;
    this.#options.onChange(key);
  }

  #decode({ metadata, data = {} }: SecretObject): SecretData {
    const decoded = Object.entries(data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()] as const);
    for (const [key, value] of decoded) if (!PUBLIC_KEYS.has(key)) this.#options.onValue?.(value);
    return { resourceVersion: metadata.resourceVersion ?? '', data: Object.fromEntries(decoded) };
  }
}
