// Where objects live in the API: paths of collections, objects and subresources.

export interface Resource {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

export const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
export const LEASES: Resource = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease' };
export const EVENTS: Resource = { group: 'events.k8s.io', version: 'v1', plural: 'events', kind: 'Event' };

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`;
}

/** The collection in one namespace, or in all of them. */
export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const root = resource.group === '' ? '/api' : `/apis/${resource.group}`;
  const scope = namespace === undefined ? '' : `/namespaces/${segment(namespace)}`;
  return `${root}/${resource.version}${scope}/${resource.plural}`;
}

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export function objectPath(resource: Resource, { namespace, name }: ObjectName, subresource?: 'status'): string {
  return `${collectionPath(resource, namespace)}/${segment(name)}${subresource === undefined ? '' : `/${subresource}`}`;
}

export function keyOf({ namespace, name }: ObjectName): string {
  return `${namespace}/${name}`;
}

/** A name comes from a user: one that changes the path is refused, since encoding alone leaves `..` as it is. */
function segment(name: string): string {
  if (name === '' || name === '.' || name === '..' || name.includes('/')) {
    throw new RangeError(`${JSON.stringify(name)} cannot be the name of a Kubernetes object; use letters, digits, - and .`);
  }
  return encodeURIComponent(name);
}
