/** Reading properties of managed objects, in pages, with everything that could not be read treated as an error and not as empty. */
import { PortError } from '../ports/errors.ts';
import type { VimObject } from './codec.ts';
import { faultError } from './faults.ts';
import type { Calls } from './session.ts';
import { localizedFault } from './vimFault.ts';
import { type Ref, toBoolean, toNumber, type XmlNode } from './xmlNode.ts';

/** Objects in one answer; vCenter allows more, but a page of hosts with their PCI functions is already some megabytes. */
const PAGE_SIZE = 100;

/** vCenter reports it as missing for some VMs (govmomi ignores it too, mo/retrieve.go); its reader copes. */
const MAY_BE_MISSING: ReadonlySet<string> = new Set(['environmentBrowser']);

/** Properties of one object by path. A property that the object does not have set is undefined or empty. */
export class ObjectProperties {
  readonly ref: Ref;
  readonly #values: ReadonlyMap<string, XmlNode>;

  constructor(ref: Ref, values: ReadonlyMap<string, XmlNode>) {
    this.ref = ref;
    this.#values = values;
  }

  node(path: string): XmlNode | undefined {
    return this.#values.get(path);
  }

  text(path: string): string | undefined {
    return this.node(path)?.text;
  }

  number(path: string): number | undefined {
    return toNumber(this.text(path));
  }

  boolean(path: string): boolean | undefined {
    return toBoolean(this.text(path));
  }

  refOf(path: string): Ref | undefined {
    return this.node(path)?.ref;
  }

  /** Items of a property whose value is an array. */
  items(path: string): readonly XmlNode[] {
    return this.node(path)?.elements() ?? [];
  }
}

export interface PropertyRequest {
  /** The type of the objects to read, for example `HostSystem`. */
  readonly type: string;
  readonly paths: readonly string[];
  /** ObjectSpecs: where to start and how to get to the objects. */
  readonly from: readonly VimObject[];
}

/** An ObjectSpec for exactly these objects. */
export function these(...refs: readonly Ref[]): readonly VimObject[] {
  return refs.map((obj) => ({ obj, skip: false }));
}

/** An ObjectSpec that steps from `obj` over one property to the objects of interest. */
export function through(obj: Ref, property: string): readonly VimObject[] {
  return [{ obj, skip: true, selectSet: [{ $type: 'TraversalSpec', type: obj.kind, path: property, skip: false }] }];
}

/** Reads properties of all objects that the request leads to. An object that no longer exists rejects with VsphereObjectNotFound. */
export async function retrieve(calls: Calls, request: PropertyRequest): Promise<readonly ObjectProperties[]> {
  const on = calls.content.propertyCollector;
  const specSet = [filterSpec([request])];
  let answer = await calls.call({ method: 'RetrievePropertiesEx', on, args: { specSet, options: { maxObjects: PAGE_SIZE } } });
  const objects: ObjectProperties[] = [];
  for (;;) {
    const page = answer.child('returnval');
    objects.push(...(page?.list('objects') ?? []).map(objectContent));
    const token = page?.textOf('token');
    if (token === undefined) {
      return objects;
    }
    answer = await calls.call({ method: 'ContinueRetrievePropertiesEx', on, args: { token } });
  }
}

/** Properties of one object. */
export async function retrieveOne(calls: Calls, ref: Ref, paths: readonly string[]): Promise<ObjectProperties> {
  const [object] = await retrieve(calls, { type: ref.kind, paths, from: these(ref) });
  if (object === undefined) {
    throw new PortError('VsphereObjectNotFound', `${ref.kind} ${ref.value} does not exist or may not be seen by this account`);
  }
  return object;
}

/** Properties of all objects of a type below the root folder; works on vCenter and on a standalone host. */
export async function retrieveAll(calls: Calls, type: string, paths: readonly string[]): Promise<readonly ObjectProperties[]> {
  const args = { container: calls.content.rootFolder, type: [type], recursive: true };
  const created = await calls.call({ method: 'CreateContainerView', on: calls.content.viewManager, args });
  const view = requireRef(created, 'CreateContainerView');
  try {
    return await retrieve(calls, { type, paths, from: through({ ...view, kind: 'ContainerView' }, 'view') });
  } finally {
    await calls.discard({ method: 'DestroyView', on: view });
  }
}

/** A PropertyFilterSpec over the objects of several requests. */
export function filterSpec(requests: readonly PropertyRequest[]): VimObject {
  return {
    propSet: requests.map(({ type, paths }) => ({ type, pathSet: paths })),
    objectSet: requests.flatMap(({ from }) => from),
  };
}

/** The reference that a call returned. */
export function requireRef(answer: XmlNode, method: string): Ref {
  const ref = answer.child('returnval')?.ref;
  if (ref === undefined) {
    throw new PortError('OutputNotUnderstood', `the answer to ${method} has no object reference`);
  }
  return ref;
}

/** Throws the fault of the first property that could not be read: not knowing is not the same as empty. */
export function refuseMissing(ref: Ref, missingSet: readonly XmlNode[]): void {
  for (const missing of missingSet) {
    const path = missing.textOf('path') ?? '';
    const fault = missing.child('fault');
    if (fault !== undefined && !MAY_BE_MISSING.has(path)) {
      throw faultError(`reading ${path} of ${ref.value}`, localizedFault(fault), 'VsphereFault');
    }
  }
}

function objectContent(content: XmlNode): ObjectProperties {
  const ref = content.child('obj')?.ref ?? { kind: '', value: '' };
  refuseMissing(ref, content.list('missingSet'));
  const values = new Map<string, XmlNode>();
  for (const property of content.list('propSet')) {
    const value = property.child('val');
    if (value !== undefined) {
      values.set(property.textOf('name') ?? '', value);
    }
  }
  return new ObjectProperties(ref, values);
}
