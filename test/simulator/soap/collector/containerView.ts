/** ContainerView: a live list of the objects beneath a container, of the types asked for. */
import { isManagedType, type ManagedObject, propertyAt, referencesIn, refKey } from '../objects/managedObject.ts';
import { boolean, type Ref, ref, refs, strings } from '../wire/values.ts';
import type { FindObject } from './propertyQuery.ts';

export interface ContainerSpec {
  readonly container: Ref;
  /** Empty = all types. */
  readonly types: readonly string[];
  readonly recursive: boolean;
}

/** Properties that hold the children of each type of container. */
const CHILD_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  Folder: ['childEntity'],
  Datacenter: ['vmFolder', 'hostFolder', 'datastoreFolder', 'networkFolder'],
  ComputeResource: ['host', 'resourcePool'],
  ClusterComputeResource: ['host', 'resourcePool'],
  ResourcePool: ['vm'],
  HostSystem: ['vm'],
};

export function containerViewObject(own: Ref, spec: ContainerSpec, find: FindObject): ManagedObject {
  return {
    ref: own,
    properties: {
      container: () => ref(spec.container),
      type: () => strings(spec.types),
      recursive: () => boolean(spec.recursive),
      view: () => refs(membersOf(spec, find)),
    },
  };
}

function membersOf({ container, types, recursive }: ContainerSpec, find: FindObject): readonly Ref[] {
  const seen = new Map<string, Ref>();
  let frontier = childrenOf(container, find);
  while (frontier.length > 0) {
    const fresh = frontier.filter((child) => !seen.has(refKey(child)));
    for (const child of fresh) {
      seen.set(refKey(child), child);
    }
    frontier = recursive ? fresh.flatMap((child) => childrenOf(child, find)) : [];
  }
  return [...seen.values()].filter((child) => types.length === 0 || types.some((type) => isManagedType(child.type, type)));
}

function childrenOf(container: Ref, find: FindObject): readonly Ref[] {
  const object = find(container);
  if (object === undefined) {
    return [];
  }
  return (CHILD_PROPERTIES[container.type] ?? []).flatMap((property) => referencesIn(propertyAt(object, property)));
}
