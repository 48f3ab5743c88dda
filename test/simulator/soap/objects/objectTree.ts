/** All managed objects of an endpoint's inventory, found by reference. */

import { type Ref, ref } from '../wire/values.ts';
import { computeObjects } from './computeObjects.ts';
import { datastoreObjects } from './datastoreObjects.ts';
import { datacenterObjects, folderObject, folderPath } from './folderObjects.ts';
import { hostObject, pciPassthruSystemObject } from './hostObject.ts';
import { type ManagedObject, refKey } from './managedObject.ts';
import { networkObject, switchObject } from './networkObjects.ts';
import type { View } from './view.ts';
import { vmObject } from './vmObject.ts';

/** Built again only when objects came or went; properties are computed when read. */
export class ObjectTree {
  readonly #view: View;
  readonly #trees = new Map<string, { readonly structure: number; readonly objects: ReadonlyMap<string, ManagedObject> }>();

  constructor(view: View) {
    this.#view = view;
  }

  /** The object as an API of that version shows it. */
  find(wanted: Ref, apiVersion: string): ManagedObject | undefined {
    return this.#objects(apiVersion).get(refKey(wanted));
  }

  #objects(apiVersion: string): ReadonlyMap<string, ManagedObject> {
    const { structure } = this.#view.inventory;
    const known = this.#trees.get(apiVersion);
    if (known?.structure === structure) {
      return known.objects;
    }
    const objects = new Map(allObjects(this.#view, apiVersion).map((object) => [refKey(object.ref), object]));
    this.#trees.set(apiVersion, { structure, objects });
    return objects;
  }
}

function allObjects(view: View, apiVersion: string): readonly ManagedObject[] {
  const { naming } = view;
  const datacenters = [...new Set(view.hosts().map((host) => host.datacenter))];
  const root = folderObject({
    own: naming.rootFolder(),
    name: view.apiType === 'HostAgent' ? 'ha-folder-root' : 'Datacenters',
    parent: undefined,
    children: () => datacenters.map((name) => naming.datacenter(name)),
  });
  return [
    root,
    ...datacenters.flatMap((name) => datacenterObjects(view, name)),
    ...view
      .hosts()
      .flatMap((host) => [
        ...computeObjects(view, host),
        hostObject(view, host, apiVersion),
        pciPassthruSystemObject(view, host, apiVersion),
      ]),
    ...datacenters.flatMap((name) => datastoreObjects(view, name)),
    ...view.networks().map((network) => networkObject(view, network)),
    ...view.switches().map((one) => switchObject(view, one)),
    ...view.vms().map((vm) => {
      const datacenter = view.inventory.host(vm.hostId)?.datacenter ?? '';
      return vmObject(view, vm, () => ref(naming.folder('vm', datacenter, folderPath(view, vm.folders))));
    }),
  ];
}
