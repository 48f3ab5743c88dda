/** Datastores: one that all hosts of a datacenter share, and a local one of each host. */
import type { InventoryHost } from '../../world/inventory.ts';
import { array, boolean, object, type Ref, ref, string } from '../wire/values.ts';
import type { ManagedObject } from './managedObject.ts';
import type { View } from './view.ts';

export function datastoreObjects(view: View, datacenter: string): readonly ManagedObject[] {
  const members = () => view.hosts().filter((host) => host.datacenter === datacenter);
  const datastore = (own: Ref, name: string, mounts: () => readonly InventoryHost[]): ManagedObject => ({
    ref: own,
    properties: {
      name: () => string(name),
      parent: () => ref(view.naming.folder('datastore', datacenter, [])),
      host: () =>
        array(
          'DatastoreHostMount',
          mounts().map((host) =>
            object('DatastoreHostMount', {
              key: ref(view.naming.host(host)),
              mountInfo: object('HostMountInfo', {
                path: string(`/vmfs/volumes/${name}`),
                accessMode: string('readWrite'),
                mounted: boolean(true),
                accessible: boolean(host.view.up),
              }),
            }),
          ),
        ),
    },
  });
  return [
    datastore(view.naming.datastore(undefined, datacenter), 'datastore1', members),
    ...members().map((host) => datastore(view.naming.datastore(host, datacenter), `local-${host.view.name}`, () => [host])),
  ];
}
