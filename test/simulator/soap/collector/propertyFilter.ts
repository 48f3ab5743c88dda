/** One filter of a property collector: what it showed last, and what is different now. */
import type { DecodedObject } from '../wire/decodedObject.ts';
import { array, enumeration, object, type Ref, ref, string, type Value } from '../wire/values.ts';
import { type FindObject, runQuery } from './propertyQuery.ts';

/** Serialized property values by path, by object. */
type Shown = ReadonlyMap<string, { readonly ref: Ref; readonly texts: ReadonlyMap<string, string> }>;

export interface FilterState {
  readonly shown: Shown;
}

export interface FilterChanges {
  /** A PropertyFilterUpdate; undefined when nothing changed. */
  readonly update: Value | undefined;
  readonly objects: number;
  /** More has changed than there was room for. */
  readonly truncated: boolean;
  readonly state: FilterState;
}

export const NOTHING_SHOWN: FilterState = { shown: new Map() };

export class PropertyFilter {
  readonly ref: Ref;
  readonly #spec: DecodedObject;

  constructor(ref: Ref, spec: DecodedObject) {
    this.ref = ref;
    this.#spec = spec;
  }

  /** From that state on, `room` objects at most: the others are as if they had not changed yet. */
  changesSince(before: FilterState, find: FindObject, room: number): FilterChanges {
    const selected = runQuery(this.#spec, find, true);
    const present = new Set<string>();
    const shown = new Map(before.shown);
    const updates: Value[] = [];
    let truncated = false;
    const add = (update: Value, apply: () => void): void => {
      truncated ||= updates.length >= room;
      if (updates.length >= room) return;
      updates.push(update);
      apply();
    };
    for (const { object: managed, properties } of selected) {
      const key = `${managed.ref.type}:${managed.ref.value}`;
      const texts = new Map([...properties].map(([path, value]) => [path, JSON.stringify(value)]));
      present.add(key);
      const earlier = before.shown.get(key)?.texts;
      const changes = propertyChanges(properties, texts, earlier);
      if (earlier === undefined || changes.length > 0) {
        add(objectUpdate(earlier === undefined ? 'enter' : 'modify', managed.ref, changes), () =>
          shown.set(key, { ref: managed.ref, texts }),
        );
      }
    }
    for (const [key, { ref: gone }] of before.shown) {
      if (!present.has(key)) add(objectUpdate('leave', gone, []), () => shown.delete(key));
    }
    const update = object('PropertyFilterUpdate', { filter: ref(this.ref), objectSet: array('ObjectUpdate', updates) });
    return { update: updates.length === 0 ? undefined : update, objects: updates.length, truncated, state: { shown } };
  }
}

function propertyChanges(
  now: ReadonlyMap<string, Value>,
  texts: ReadonlyMap<string, string>,
  earlier: ReadonlyMap<string, string> | undefined,
): readonly Value[] {
  const assigned = [...now].filter(([path]) => texts.get(path) !== earlier?.get(path)).map(([path, value]) => propertyChange(path, value));
  const unset = [...(earlier?.keys() ?? [])].filter((path) => !now.has(path)).map((path) => propertyChange(path, undefined));
  return [...assigned, ...unset];
}

/** An unset property is assigned no value, as servers report it. */
function propertyChange(path: string, value: Value | undefined): Value {
  return object('PropertyChange', { name: string(path), op: enumeration('PropertyChangeOp', 'assign'), val: value });
}

function objectUpdate(kind: string, own: Ref, changes: readonly Value[]): Value {
  return object('ObjectUpdate', {
    kind: enumeration('ObjectUpdateKind', kind),
    obj: ref(own),
    changeSet: array('PropertyChange', changes),
  });
}
