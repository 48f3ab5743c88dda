// The watch cache of one collection: deep-frozen objects by key, and what each piece of news changed.
import type { Store } from '../ports/cluster.ts';
import { semanticallyEqual } from './semanticallyEqual.ts';

/** The part of an object that the cache itself looks at. */
export interface Mirrored {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

export interface Change {
  /** `namespace/name`. */
  readonly key: string;
  /** An object that was deleted and re-created between two looks gives `deleted` and then `added`. */
  readonly type: 'added' | 'updated' | 'deleted';
  /** True for an update that left spec and metadata as they were: mostly our own write of the status coming back. */
  readonly statusOnly: boolean;
}

export class Mirror<T extends Mirrored> implements Store<T> {
  #objects = new Map<string, T>();
  #list: readonly T[] | undefined;
  /** Version up to which lists and watch have told everything, deletions included. */
  #told: string | undefined;

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  list(): readonly T[] {
    this.#list ??= Object.freeze([...this.#objects.values()]);
    return this.#list;
  }

  /** Takes a complete list as the truth; `version` is that of the list. */
  replace(objects: readonly T[], version?: string): Change[] {
    this.#told = version;
    const gone = new Set(this.#objects.keys());
    const changes = objects.flatMap((object) => {
      gone.delete(keyOfObject(object));
      return this.#put(object);
    });
    return [...[...gone].flatMap((key) => this.#remove(key)), ...changes];
  }

  /** Lists and watch have told everything up to this version. */
  advance(version: string): void {
    this.#told = version;
  }

  /** Takes one object from a watch; news older than what is known is dropped, also of another object that had the name before. */
  upsert(object: T): Change[] {
    const known = this.#objects.get(keyOfObject(object));
    if (known !== undefined && !isNewer(object.metadata.resourceVersion, known.metadata.resourceVersion)) return [];
    return this.#put(object);
  }

  /**
   * Takes one object from the answer to a request of our own, which may arrive after the watch has told of later news. What the
   * watch has passed is dropped: it may have told that the object is gone, and would never tell again.
   */
  learn(object: T): Change[] {
    if (this.#told !== undefined && !isNewer(object.metadata.resourceVersion, this.#told)) return [];
    return this.upsert(object);
  }

  /** The object is gone; unless the name already belongs to a newer one. */
  delete(object: T): Change[] {
    const key = keyOfObject(object);
    return this.#objects.get(key)?.metadata.uid === object.metadata.uid ? this.#remove(key) : [];
  }

  #put(object: T): Change[] {
    const key = keyOfObject(object);
    const known = this.#objects.get(key);
    if (known !== undefined && sameVersion(known, object)) return [];
    this.#objects.set(key, deepFreeze(object));
    this.#list = undefined;
    const added: Change = { key, type: 'added', statusOnly: false };
    if (known === undefined) return [added];
    if (known.metadata.uid !== object.metadata.uid) return [{ key, type: 'deleted', statusOnly: false }, added];
    return [{ key, type: 'updated', statusOnly: onlyStatusDiffers(known, object) }];
  }

  #remove(key: string): Change[] {
    this.#list = undefined;
    return this.#objects.delete(key) ? [{ key, type: 'deleted', statusOnly: false }] : [];
  }
}

function keyOfObject({ metadata }: Mirrored): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function sameVersion(a: Mirrored, b: Mirrored): boolean {
  return a.metadata.uid === b.metadata.uid && a.metadata.resourceVersion === b.metadata.resourceVersion;
}

/** Resource versions of one resource may be compared as numbers (KEP-5504); where they are not numbers, the later news wins. */
function isNewer(mine = '', theirs = ''): boolean {
  if (!/^[0-9]+$/.test(mine) || !/^[0-9]+$/.test(theirs)) return mine !== theirs;
  return BigInt(mine) > BigInt(theirs);
}

function onlyStatusDiffers(a: Mirrored, b: Mirrored): boolean {
  const compared = ({ metadata }: Mirrored) => ({
    // The generation stands for the spec: the server counts it up with every change of it.
    generation: metadata.generation,
    deletionTimestamp: metadata.deletionTimestamp,
    finalizers: metadata.finalizers,
    annotations: metadata.annotations,
    labels: metadata.labels,
  });
  return a.metadata.generation !== undefined && semanticallyEqual(compared(a), compared(b));
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    for (const child of Object.values(value)) deepFreeze(child);
    Object.freeze(value);
  }
  return value;
}

/** They are mostly larger than the object and of no use to us. */
export function withoutManagedFields<T extends Mirrored>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata as T['metadata'] & { managedFields?: unknown };
  return { ...object, metadata };
}
