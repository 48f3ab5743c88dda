// The `Cluster` port on a real API server: watch caches in, a few careful writes out.
import { FIELD_MANAGER, GROUP, VERSION } from '../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';
import type { Logger } from '../engine/log.ts';
import { type Cluster, type Kind, type ObjectOf, StaleObject, type StatusOf } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { createEventRecorder } from './events.ts';
import { addFinalizer, removeFinalizer } from './finalizers.ts';
import { type Change, deepFreeze } from './mirror.ts';
import { readNamespaceLabels } from './namespaceLabels.ts';
import { read } from './read.ts';
import { keyOf, objectPath, type Resource } from './resource.ts';
import { secretReferences } from './secretReferences.ts';
import { createSecretCache, type SecretCache } from './secrets.ts';
import { createStatusWriter } from './status.ts';
import { type WatchedKind, watchKind } from './watchedKind.ts';

export const RESOURCES: Readonly<Record<Kind, Resource>> = {
  SriovHost: { group: GROUP, version: VERSION, plural: 'sriovhosts', kind: 'SriovHost' },
  SriovVmAttachment: { group: GROUP, version: VERSION, plural: 'sriovvmattachments', kind: 'SriovVmAttachment' },
};

export interface ClusterOptions {
  readonly client: KubeClient;
  readonly log: Logger;
  /** Empty: all namespaces. */
  readonly namespaces: readonly string[];
  /** Which process reports events: the pod's name. */
  readonly instance: string;
  /** Each Secret value that is handed out, so that the log can hide it. */
  readonly onSecretValue?: (value: string) => void;
  /** Applied to the notes of events. */
  readonly redact?: (text: string) => string;
  /** Milliseconds between attempts of a watch; default client-go's. */
  readonly retryDelay?: () => number;
}

/** `change.statusOnly` is true when spec and metadata are as before: mostly a status write of our own coming back. */
export type ChangeListener = (key: string, change: Change) => void;

export interface RunningCluster extends Cluster {
  readonly name: string;
  /** Starts the watches; they end with the signal. Listeners are registered before. */
  start(signal: AbortSignal): void;
  readonly synced: Promise<void>;
  /** Resolves when what the API server had at the call is in the caches. */
  refresh(): Promise<void>;
  onHostChange(listener: ChangeListener): void;
  onAttachmentChange(listener: ChangeListener): void;
  /** Called with `namespace/name` when a Secret is no longer what `secret` gave out last. */
  onSecretChange(listener: (key: string) => void): void;
  /** Writes that the server accepted so far, by what was written, for example `SriovHost/status`. */
  writes(): Readonly<Record<string, number>>;
  /** Resolves when all recorded events are written or given up, after five seconds at the latest. */
  flushEvents(): Promise<void>;
}

const SWEEP_MS = 60_000;

export function createCluster(options: ClusterOptions): RunningCluster {
  return new KubeCluster(options);
}

class KubeCluster implements RunningCluster {
  readonly name = 'kubernetes';
  readonly hosts: WatchedKind<SriovHost>;
  readonly attachments: WatchedKind<SriovVmAttachment>;
  readonly synced: Promise<void>;
  readonly #options: ClusterOptions;
  readonly #status: ReturnType<typeof createStatusWriter>;
  readonly #events: ReturnType<typeof createEventRecorder>;
  readonly #stop = new AbortController();
  readonly #secrets: SecretCache;
  readonly #hostListeners: ChangeListener[] = [];
  readonly #attachmentListeners: ChangeListener[] = [];
  readonly #secretListeners: ((key: string) => void)[] = [];

  constructor(options: ClusterOptions) {
    this.#options = options;
    const { client, log } = options;
    this.#status = createStatusWriter(client, FIELD_MANAGER);
    this.#events = createEventRecorder({
      client,
      log,
      reportingController: `${GROUP}/${FIELD_MANAGER}`,
      reportingInstance: options.instance,
      ...(options.redact === undefined ? {} : { redact: options.redact }),
    });
    this.hosts = this.#watch('SriovHost', this.#hostListeners);
    this.attachments = this.#watch('SriovVmAttachment', this.#attachmentListeners);
    this.synced = Promise.all([this.hosts.synced, this.attachments.synced]).then(() => undefined);
    const onChange = (key: string) => tell(this.#secretListeners, (listener) => listener(key), log);
    const { onSecretValue, retryDelay } = options;
    this.#secrets = createSecretCache(
      { client, log, onChange, ...(onSecretValue && { onValue: onSecretValue }), ...(retryDelay && { retryDelay }) },
      this.#stop.signal,
    );
  }

  start(signal: AbortSignal): void {
    this.hosts.start(signal);
    this.attachments.start(signal);
    const sweep = setInterval(() => this.#secrets.retain(this.#referencedSecrets()), SWEEP_MS);
    sweep.unref();
    const end = () => {
      clearInterval(sweep);
      this.#stop.abort(signal.reason);
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  }

  async refresh(): Promise<void> {
    await Promise.all([this.hosts.refresh(), this.attachments.refresh()]);
  }

  onHostChange(listener: ChangeListener): void {
    this.#hostListeners.push(listener);
  }

  onAttachmentChange(listener: ChangeListener): void {
    this.#attachmentListeners.push(listener);
  }

  onSecretChange(listener: (key: string) => void): void {
    this.#secretListeners.push(listener);
  }

  async secret(namespace: string, name: string, signal: AbortSignal) {
    return await this.#secrets.get({ namespace, name }, signal);
  }

  async namespaceLabels(name: string, signal: AbortSignal) {
    return await readNamespaceLabels(this.#options.client, name, signal);
  }

  async applyStatus<K extends Kind>(kind: K, object: ObjectOf<K>, status: StatusOf<K>, signal: AbortSignal): Promise<ObjectOf<K>> {
    const store = this.#storeOf(kind);
    const known = store.get(keyOf(object.metadata));
    if (known !== undefined && known.metadata.uid !== object.metadata.uid) {
      throw new StaleObject(`${kind} ${keyOf(object.metadata)} was deleted and re-created`);
    }
    const onNews = (fresh: ObjectOf<K>) => store.learn(fresh);
    const write = { resource: RESOURCES[kind], object, known: newer(object, known), status, signal, onNews };
    const applied = await this.#status.apply(write);
    store.learn(applied);
    return deepFreeze(applied);
  }

  async addFinalizer<K extends Kind>(kind: K, object: ObjectOf<K>, finalizer: string, signal: AbortSignal): Promise<void> {
    await addFinalizer(this.#options.client, { resource: RESOURCES[kind], object, finalizer, signal });
  }

  async removeFinalizer<K extends Kind>(kind: K, object: ObjectOf<K>, finalizer: string, signal: AbortSignal): Promise<void> {
    await removeFinalizer(this.#options.client, { resource: RESOURCES[kind], object, finalizer, signal });
  }

  async fresh<K extends Kind>(kind: K, namespace: string, name: string, signal: AbortSignal): Promise<ObjectOf<K> | undefined> {
    const object = await read<ObjectOf<K>>(this.#options.client, objectPath(RESOURCES[kind], { namespace, name }), signal);
    if (object !== undefined) this.#storeOf(kind).learn(object);
    return deepFreeze(object);
  }

  event(regarding: SriovHost | SriovVmAttachment, event: Parameters<Cluster['event']>[1]): void {
    this.#events.record(regarding, event);
  }

  writes(): Readonly<Record<string, number>> {
    return this.#options.client.writes();
  }

  async flushEvents(): Promise<void> {
    await this.#events.flush();
  }

  #watch<T extends SriovHost | SriovVmAttachment>(kind: Kind, listeners: readonly ChangeListener[]): WatchedKind<T> {
    const { client, log, namespaces, retryDelay } = this.#options;
    const onChange = (change: Change) => {
      if (change.type === 'deleted') this.#status.forget(RESOURCES[kind], change.key);
      tell(listeners, (listener) => listener(change.key, change), log);
    };
    return watchKind<T>({ client, log, namespaces, resource: RESOURCES[kind], onChange, ...(retryDelay && { retryDelay }) });
  }

  #storeOf<K extends Kind>(kind: K): WatchedKind<ObjectOf<K>> {
    const store: unknown = kind === 'SriovHost' ? this.hosts : this.attachments;
    return store as WatchedKind<ObjectOf<K>>;
  }

  #referencedSecrets(): ReadonlySet<string> {
    return new Set([...this.hosts.list(), ...this.attachments.list()].flatMap(secretReferences));
  }
}

/** The one of the two states of an object that the server made later, as far as we can know. */
function newer<T extends { readonly metadata: { readonly resourceVersion?: string } }>(object: T, known: T | undefined): T {
  const [mine, theirs] = [Number(object.metadata.resourceVersion), Number(known?.metadata.resourceVersion)];
  return known !== undefined && theirs >= mine ? known : object;
}

/** One listener's failure is no other's. */
function tell<L>(listeners: readonly L[], call: (listener: L) => void, log: Logger): void {
  for (const listener of listeners) {
    try {
      call(listener);
    } catch (error) {
      log.error('a change listener failed', { error });
    }
  }
}
