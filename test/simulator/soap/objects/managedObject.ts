/** Managed objects of an endpoint: a reference, and properties that are computed when asked for. */
import { SimFault } from '../../world/vmFault.ts';
import type { Ref, Value } from '../wire/values.ts';
import { isUnsimulated } from './unsimulatedProperties.ts';

export interface ManagedObject {
  readonly ref: Ref;
  /** By name; a property that is unset gives undefined, one that the type does not have is no key. */
  readonly properties: Readonly<Record<string, () => Value | undefined>>;
}

const BASES: Readonly<Record<string, string>> = {
  VirtualMachine: 'ManagedEntity',
  HostSystem: 'ManagedEntity',
  Folder: 'ManagedEntity',
  Datacenter: 'ManagedEntity',
  ComputeResource: 'ManagedEntity',
  ClusterComputeResource: 'ComputeResource',
  ResourcePool: 'ManagedEntity',
  Network: 'ManagedEntity',
  Datastore: 'ManagedEntity',
  DistributedVirtualPortgroup: 'Network',
  DistributedVirtualSwitch: 'ManagedEntity',
  VmwareDistributedVirtualSwitch: 'DistributedVirtualSwitch',
  ContainerView: 'ManagedObjectView',
  ManagedObjectView: 'View',
};

/** True when a managed object type is the other or derives from it. */
export function isManagedType(type: string, ancestor: string): boolean {
  if (type === ancestor) {
    return true;
  }
  const base = BASES[type];
  return base !== undefined && isManagedType(base, ancestor);
}

/** Steps from a type up to an ancestor; infinite when it is none. The nearest property set wins. */
export function managedTypeDistance(type: string, ancestor: string): number {
  if (type === ancestor) {
    return 0;
  }
  const base = BASES[type];
  return base === undefined ? Number.POSITIVE_INFINITY : 1 + managedTypeDistance(base, ancestor);
}

/** The value at a path like `config.hardware.device`, undefined when unset. Throws InvalidProperty for a path that does not exist. */
export function propertyAt(object: ManagedObject, path: string): Value | undefined {
  const [first = '', ...rest] = path.split('.');
  const property = object.properties[first];
  if (property === undefined) {
    if (isUnsimulated(object.ref.type, first)) {
      return undefined;
    }
    throw invalidProperty(path);
  }
  let value = property();
  for (const step of rest) {
    if (value === undefined) {
      return undefined;
    }
    if (value.kind !== 'object' || !(step in value.fields)) {
      throw invalidProperty(path);
    }
    value = value.fields[step];
  }
  return value;
}

function invalidProperty(path: string): SimFault {
  return new SimFault('InvalidProperty', '', { name: path });
}

/** The objects that a property refers to: none, one or many. */
export function referencesIn(value: Value | undefined): readonly Ref[] {
  if (value?.kind === 'ref') {
    return [value.ref];
  }
  return value?.kind === 'array' ? value.items.flatMap(referencesIn) : [];
}

/** A key for maps of objects. */
export function refKey(ref: Ref): string {
  return `${ref.type}:${ref.value}`;
}

export function sameRef(left: Ref, right: Ref): boolean {
  return left.type === right.type && left.value === right.value;
}
