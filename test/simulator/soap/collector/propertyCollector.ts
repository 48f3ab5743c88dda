/** A session's property collector: one-time queries in pages, filters with versions, and the long poll for their changes. */
import { SimFault } from '../../world/vmFault.ts';
import type { DecodedObject } from '../wire/decodedObject.ts';
import { array, boolean, object, type Ref, ref, string, type Value } from '../wire/values.ts';
import type { ChangeSignal } from './changeSignal.ts';
import { type FilterState, NOTHING_SHOWN, PropertyFilter } from './propertyFilter.ts';
import { type FindObject, runQuery, type SelectedObject } from './propertyQuery.ts';

type States = ReadonlyMap<PropertyFilter, FilterState>;

export interface WaitOptions {
  /** As the client knows it; empty the first time. */
  readonly version: string;
  /** Infinity = until something changes. */
  readonly maxWaitMs: number;
  /** Objects in one answer; Infinity = all of them. */
  readonly maxObjectUpdates: number;
  /** Aborted when the client is gone or the session has ended. */
  readonly signal: AbortSignal;
}

export class PropertyCollector {
  readonly #changes: ChangeSignal;
  readonly #filters = new Map<string, PropertyFilter>();
  readonly #pages = new Map<string, readonly SelectedObject[]>();
  #version = 0;
  #states: States = new Map();
  /** Of the version before, for a client that never got the last answer. */
  #earlier: States = new Map();
  #cancel = new AbortController();
  #sequence = 0;

  constructor(changes: ChangeSignal) {
    this.#changes = changes;
  }

  // --- one-time queries

  /** A RetrieveResult, or undefined when nothing was selected. */
  retrieve(specs: readonly DecodedObject[], find: FindObject, maxObjects: number): Value | undefined {
    return this.#page(
      specs.flatMap((spec) => runQuery(spec, find, spec.optionalBoolean('reportMissingObjectsInResults') ?? false)),
      maxObjects,
    );
  }

  continueRetrieve(token: string, maxObjects: number): Value | undefined {
    const rest = this.#pages.get(token);
    if (rest === undefined) {
      throw new SimFault('InvalidArgument', 'A specified parameter was not correct: token', { invalidProperty: 'token' });
    }
    this.#pages.delete(token);
    return this.#page(rest, maxObjects);
  }

  cancelRetrieve(token: string): void {
    this.#pages.delete(token);
  }

  #page(selected: readonly SelectedObject[], maxObjects: number): Value | undefined {
    if (selected.length === 0) {
      return undefined;
    }
    const rest = selected.slice(maxObjects);
    const token = rest.length === 0 ? undefined : this.#nextName('token');
    if (token !== undefined) {
      this.#pages.set(token, rest);
    }
    return object('RetrieveResult', {
      token: token === undefined ? undefined : string(token),
      objects: array('ObjectContent', selected.slice(0, maxObjects).map(objectContent)),
    });
  }

  // --- filters

  /** Throws what the first evaluation throws: InvalidProperty, ManagedObjectNotFound. */
  createFilter(spec: DecodedObject, find: FindObject, prefix: string): Ref {
    runQuery(spec, find, spec.optionalBoolean('reportMissingObjectsInResults') ?? false);
    const own: Ref = { type: 'PropertyFilter', value: `${prefix}${this.#nextName('filter-')}` };
    this.#filters.set(own.value, new PropertyFilter(own, spec));
    this.#changes.notify();
    return own;
  }

  hasFilter(value: string): boolean {
    return this.#filters.has(value);
  }

  destroyFilter(value: string): void {
    this.#filters.delete(value);
  }

  get filterCount(): number {
    return this.#filters.size;
  }

  // --- waiting

  /** An UpdateSet, or undefined when the time is over without a change. Throws InvalidCollectorVersion, RequestCanceled. */
  async wait({ version, maxWaitMs, maxObjectUpdates, signal }: WaitOptions, find: FindObject): Promise<Value | undefined> {
    const since = this.#statesOf(version);
    const cancelled = this.#cancel.signal;
    const until = Date.now() + maxWaitMs;
    for (;;) {
      const change = this.#changes.next(Math.max(0, until - Date.now()), AbortSignal.any([signal, cancelled]));
      const updates = this.#evaluate(since, find, maxObjectUpdates);
      if (updates !== undefined) {
        return updates;
      }
      if (maxWaitMs === 0 || !(await change)) {
        if (cancelled.aborted) {
          throw new SimFault('RequestCanceled', 'The task was canceled by a user.');
        }
        return undefined;
      }
    }
  }

  cancelWait(): void {
    this.#cancel.abort();
    this.#cancel = new AbortController();
  }

  #statesOf(version: string): States {
    if (version === '') {
      return new Map();
    }
    if (version === String(this.#version)) {
      return this.#states;
    }
    if (version === String(this.#version - 1)) {
      return this.#earlier;
    }
    throw new SimFault('InvalidCollectorVersion', '');
  }

  #evaluate(since: States, find: FindObject, maxObjectUpdates: number): Value | undefined {
    const states = new Map<PropertyFilter, FilterState>();
    const updates: Value[] = [];
    let room = maxObjectUpdates;
    let truncated = false;
    for (const filter of this.#filters.values()) {
      const { update, state, objects, truncated: cut } = filter.changesSince(since.get(filter) ?? NOTHING_SHOWN, find, room);
      room -= objects;
      truncated ||= cut;
      states.set(filter, state);
      if (update !== undefined) {
        updates.push(update);
      }
    }
    if (updates.length === 0) {
      return undefined;
    }
    this.#earlier = since;
    this.#states = states;
    this.#version += 1;
    return object('UpdateSet', {
      version: string(String(this.#version)),
      filterSet: array('PropertyFilterUpdate', updates),
      truncated: boolean(truncated),
    });
  }

  #nextName(prefix: string): string {
    this.#sequence += 1;
    return `${prefix}${this.#sequence}`;
  }
}

export function objectContent({ object: managed, properties }: SelectedObject): Value {
  return object('ObjectContent', {
    obj: ref(managed.ref),
    propSet: array(
      'DynamicProperty',
      [...properties].map(([name, val]) => object('DynamicProperty', { name: string(name), val })),
    ),
  });
}
