/** A cluster in memory for tests that are not about Kubernetes: objects, statuses and finalizers, with the writes counted. */

import type { SriovHost, SriovVmAttachment } from '../../../operator/api/types.ts';
import {
  type Cluster,
  type EventInput,
  type Kind,
  type NamespaceLabels,
  type ObjectOf,
  type SecretData,
  StaleObject,
  type StatusOf,
} from '../../../operator/ports/cluster.ts';

export class FakeCluster implements Cluster {
  readonly objects = { SriovHost: new Map<string, SriovHost>(), SriovVmAttachment: new Map<string, SriovVmAttachment>() };
  readonly secrets = new Map<string, SecretData>();
  /** Labels by name. */
  readonly namespaces = new Map<string, Readonly<Record<string, string>>>();
  readonly events: EventInput[] = [];
  writes = 0;
  /** Called after each write; may throw, as a crash of the operator does. */
  afterWrite: () => void = () => undefined;

  readonly hosts = this.#store('SriovHost');
  readonly attachments = this.#store('SriovVmAttachment');

  put<K extends Kind>(kind: K, object: ObjectOf<K>): void {
    const { namespace, name } = object.metadata;
    (this.objects[kind] as Map<string, ObjectOf<K>>).set(`${namespace}/${name}`, object);
  }

  async secret(namespace: string, name: string): Promise<SecretData | undefined> {
    return this.secrets.get(`${namespace}/${name}`);
  }

  async namespaceLabels(name: string): Promise<NamespaceLabels> {
    const labels = this.namespaces.get(name);
    return labels === undefined ? { known: false, why: `namespace ${name} does not exist` } : { known: true, labels };
  }

  async applyStatus<K extends Kind>(kind: K, object: ObjectOf<K>, status: StatusOf<K>): Promise<ObjectOf<K>> {
    const current = this.#get(kind, object);
    // As the API server does: what is not serialisable is not there.
    const wanted = JSON.parse(JSON.stringify(status)) as StatusOf<K>;
    if (JSON.stringify(current.status) === JSON.stringify(wanted)) return current;
    if (JSON.stringify(current.status) !== JSON.stringify(object.status)) {
      throw new StaleObject(`the status of ${kind} ${object.metadata.name} was written by somebody else`);
    }
    return this.#write(kind, { ...current, status: wanted });
  }

  async addFinalizer<K extends Kind>(kind: K, object: ObjectOf<K>, finalizer: string): Promise<void> {
    const current = this.#get(kind, object);
    const finalizers = current.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) this.#write(kind, this.#with(current, [...finalizers, finalizer]));
  }

  async removeFinalizer<K extends Kind>(kind: K, object: ObjectOf<K>, finalizer: string): Promise<void> {
    const current = this.#get(kind, object);
    const finalizers = current.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) return;
    const left = this.#with(
      current,
      finalizers.filter((other) => other !== finalizer),
    );
    this.#write(kind, left);
    if (left.metadata.deletionTimestamp !== undefined && left.metadata.finalizers?.length === 0) {
      this.objects[kind].delete(`${object.metadata.namespace}/${object.metadata.name}`);
    }
  }

  async fresh<K extends Kind>(kind: K, namespace: string, name: string): Promise<ObjectOf<K> | undefined> {
    return this.objects[kind].get(`${namespace}/${name}`) as ObjectOf<K> | undefined;
  }

  event(_regarding: SriovHost | SriovVmAttachment, event: EventInput): void {
    this.events.push(event);
  }

  #store<K extends Kind>(kind: K) {
    const objects = () => this.objects[kind] as Map<string, ObjectOf<K>>;
    return { get: (key: string) => objects().get(key), list: () => [...objects().values()] };
  }

  #get<K extends Kind>(kind: K, { metadata }: ObjectOf<K>): ObjectOf<K> {
    const found = this.objects[kind].get(`${metadata.namespace}/${metadata.name}`) as ObjectOf<K> | undefined;
    if (found === undefined) throw new Error(`${kind} ${metadata.namespace}/${metadata.name} is gone`);
    return found;
  }

  #with<K extends Kind>(object: ObjectOf<K>, finalizers: readonly string[]): ObjectOf<K> {
    return { ...object, metadata: { ...object.metadata, finalizers } };
  }

  #write<K extends Kind>(kind: K, object: ObjectOf<K>): ObjectOf<K> {
    this.put(kind, object);
    this.writes += 1;
    this.afterWrite();
    return object;
  }
}
