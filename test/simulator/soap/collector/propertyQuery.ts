/** What a PropertyFilterSpec selects: objects reached over its traversals, and for each the properties asked for. */
import { SimFault } from '../../world/vmFault.ts';
import { isManagedType, type ManagedObject, managedTypeDistance, propertyAt, referencesIn, refKey } from '../objects/managedObject.ts';
import type { DecodedObject } from '../wire/decodedObject.ts';
import type { Ref, Value } from '../wire/values.ts';

export interface SelectedObject {
  readonly object: ManagedObject;
  /** Paths in the order asked for, with the values that are set. */
  readonly properties: ReadonlyMap<string, Value>;
}

export type FindObject = (ref: Ref) => ManagedObject | undefined;

/** Throws ManagedObjectNotFound for a start object that is gone (unless `tolerant`), InvalidProperty for an unknown path. */
export function runQuery(spec: DecodedObject, find: FindObject, tolerant = false): readonly SelectedObject[] {
  const found = new Map<string, ManagedObject>();
  for (const start of spec.objects('objectSet')) {
    const object = find(start.ref('obj'));
    if (object !== undefined) {
      new Walk(start, find, found).visit(object, start.optionalBoolean('skip') ?? false, start.objects('selectSet'));
    } else if (!tolerant) {
      throw managedObjectNotFound(start.ref('obj'));
    }
  }
  return [...found.values()].flatMap((object) => {
    const properties = propertiesOf(object, spec.objects('propSet'));
    return properties === undefined ? [] : [{ object, properties }];
  });
}

export function managedObjectNotFound(ref: Ref): SimFault {
  return new SimFault(
    'ManagedObjectNotFound',
    `The object 'vim.${refKey(ref)}' has already been deleted or has not been completely created`,
    {
      obj: { type: ref.type, value: ref.value },
    },
  );
}

class Walk {
  readonly #named: ReadonlyMap<string, DecodedObject>;
  readonly #find: FindObject;
  readonly #found: Map<string, ManagedObject>;
  readonly #done = new Map<DecodedObject, Set<string>>();

  constructor(start: DecodedObject, find: FindObject, found: Map<string, ManagedObject>) {
    this.#find = find;
    this.#found = found;
    this.#named = new Map(namedTraversals(start.objects('selectSet')));
  }

  visit(object: ManagedObject, skip: boolean, selections: readonly DecodedObject[]): void {
    if (!skip) {
      this.#found.set(refKey(object.ref), object);
    }
    for (const selection of selections) {
      this.#follow(object, this.#resolve(selection));
    }
  }

  #follow(object: ManagedObject, traversal: DecodedObject): void {
    const done = this.#done.get(traversal) ?? new Set<string>();
    this.#done.set(traversal, done);
    if (done.has(refKey(object.ref)) || !isManagedType(object.ref.type, traversal.string('type'))) {
      return;
    }
    done.add(refKey(object.ref));
    for (const reference of referencesIn(propertyAt(object, traversal.string('path')))) {
      const next = this.#find(reference);
      if (next !== undefined) {
        this.visit(next, traversal.optionalBoolean('skip') ?? false, traversal.objects('selectSet'));
      }
    }
  }

  /** A bare SelectionSpec stands for the traversal of that name. */
  #resolve(selection: DecodedObject): DecodedObject {
    if (selection.type === 'TraversalSpec') {
      return selection;
    }
    const named = this.#named.get(selection.optionalString('name') ?? '');
    if (named === undefined) {
      throw new SimFault('InvalidArgument', 'A specified parameter was not correct: selectSet.name', { invalidProperty: 'selectSet.name' });
    }
    return named;
  }
}

function namedTraversals(selections: readonly DecodedObject[]): readonly (readonly [string, DecodedObject])[] {
  return selections
    .filter((selection) => selection.type === 'TraversalSpec')
    .flatMap((traversal) => {
      const name = traversal.optionalString('name');
      return [...(name === undefined ? [] : [[name, traversal] as const]), ...namedTraversals(traversal.objects('selectSet'))];
    });
}

/** From the property set nearest to the object's type; undefined when none is for it. */
function propertiesOf(object: ManagedObject, propSets: readonly DecodedObject[]): ReadonlyMap<string, Value> | undefined {
  const [nearest] = propSets
    .map((propSet) => ({ propSet, distance: managedTypeDistance(object.ref.type, propSet.string('type')) }))
    .filter(({ distance }) => Number.isFinite(distance))
    .sort((left, right) => left.distance - right.distance);
  if (nearest === undefined) {
    return undefined;
  }
  const all = nearest.propSet.optionalBoolean('all') ?? false;
  const paths = all ? Object.keys(object.properties) : nearest.propSet.strings('pathSet');
  const properties = new Map<string, Value>();
  for (const path of paths) {
    const value = propertyAt(object, path);
    if (value !== undefined) {
      properties.set(path, value);
    }
  }
  return properties;
}
