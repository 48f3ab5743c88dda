/**
 * What the controllers need from Kubernetes, in our words. `kube/` implements it on a real API server.
 * Objects handed out are deeply frozen snapshots of a watch cache.
 */
import type { SriovHost, SriovHostStatus, SriovVmAttachment, SriovVmAttachmentStatus } from '../api/types.ts';

export type Kind = 'SriovHost' | 'SriovVmAttachment';
export type ObjectOf<K extends Kind> = K extends 'SriovHost' ? SriovHost : SriovVmAttachment;
export type StatusOf<K extends Kind> = K extends 'SriovHost' ? SriovHostStatus : SriovVmAttachmentStatus;

/** A read-only view of a watch cache. Keys are `namespace/name`. */
export interface Store<T> {
  get(key: string): T | undefined;
  list(): readonly T[];
}

/** Decoded values by key, with the version that rotation is recognised by. */
export interface SecretData {
  readonly resourceVersion: string;
  readonly data: Readonly<Record<string, string>>;
}

/** `why` is fit for users. */
export type NamespaceLabels =
  | { readonly known: true; readonly labels: Readonly<Record<string, string>> }
  | { readonly known: false; readonly why: string };

export interface EventInput {
  /** From the table in api/reasons.ts, which also gives the event its type. */
  readonly reason: string;
  readonly type: 'Normal' | 'Warning';
  /** What the controller did or tried, CamelCase, for example `Reboot`. */
  readonly action: string;
  /** At most 1,024 bytes; longer notes are cut. */
  readonly note: string;
}

export interface Cluster {
  readonly hosts: Store<SriovHost>;
  readonly attachments: Store<SriovVmAttachment>;
  /** From the cache where the Secret is watched, else read. Undefined when it does not exist. */
  secret(namespace: string, name: string, signal: AbortSignal): Promise<SecretData | undefined>;
  /** Labels of a namespace as the API server has them now; only hosts with spec.attachments.namespaceSelector need it. */
  namespaceLabels(name: string, signal: AbortSignal): Promise<NamespaceLabels>;
  /**
   * Server-side apply of the whole status with our field manager; nothing is sent when it equals what the server has.
   * Bound to the UID: an object that was deleted and re-created meanwhile is never written to. Bound to the status of `object`,
   * too: what somebody else wrote since then is never written over. Both reject with StaleObject.
   * Resolves with the object as the server has it then.
   */
  applyStatus<K extends Kind>(kind: K, object: ObjectOf<K>, status: StatusOf<K>, signal: AbortSignal): Promise<ObjectOf<K>>;
  /** Both guard against removing or re-adding anybody else's finalizer; no write when nothing changes. */
  addFinalizer<K extends Kind>(kind: K, object: ObjectOf<K>, finalizer: string, signal: AbortSignal): Promise<void>;
  removeFinalizer<K extends Kind>(kind: K, object: ObjectOf<K>, finalizer: string, signal: AbortSignal): Promise<void>;
  /** The object as the API server has it now, past the cache: for the one re-read before a disruptive act. */
  fresh<K extends Kind>(kind: K, namespace: string, name: string, signal: AbortSignal): Promise<ObjectOf<K> | undefined>;
  /** Never throws: an event that cannot be written is logged. Repeats of the same event become one series. */
  event(regarding: SriovHost | SriovVmAttachment, event: EventInput): void;
}

/** Who keeps a host unavailable now. Times as the API server has them. */
export interface PermitHolder {
  /** `namespace/name`. */
  readonly host: string;
  readonly since: string;
  readonly renewed: string;
}

export interface PermitAnswer {
  readonly granted: boolean;
  /** How many hosts may be unavailable at the same time. */
  readonly limit: number;
  /** The others that hold one. */
  readonly holders: readonly PermitHolder[];
}

/**
 * Permits to make a host unavailable, kept in the API and never answered from a cache: neither a crash nor a second replica
 * exceeds their number.
 */
export interface Permits {
  /** Takes a permit for this host, or renews the one that it has. */
  acquire(host: SriovHost, signal: AbortSignal): Promise<PermitAnswer>;
  /** False where the host surely has none; costs nothing once the permits were read. */
  mayHold(host: SriovHost, signal: AbortSignal): Promise<boolean>;
  /** Gives it back; nothing happens where the host has none. */
  release(host: SriovHost, signal: AbortSignal): Promise<void>;
  /** The host `namespace/name` waits for none any more, if it did. */
  withdraw(key: string): void;
}

/** The object changed identity or version between read and write; read again and recompute. */
export class StaleObject extends Error {
  override readonly name = 'StaleObject';
}
