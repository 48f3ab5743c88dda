/** Compute resources with their resource pool and environment browser. */
import type { InventoryHost } from '../../world/inventory.ts';
import { ref, refs, string } from '../wire/values.ts';
import { type ManagedObject, sameRef } from './managedObject.ts';
import { offered } from './networkObjects.ts';
import { entityName, type View } from './view.ts';

export function computeObjects(view: View, host: InventoryHost): readonly ManagedObject[] {
  const { naming } = view;
  const compute = naming.compute(host);
  const members = () => view.hosts().filter((other) => sameRef(naming.compute(other), compute));
  return [
    {
      ref: compute,
      properties: {
        name: () => string(entityName(host.cluster ?? host.view.name)),
        parent: () => ref(naming.folder('host', host.datacenter, [])),
        host: () => refs(members().map((other) => naming.host(other))),
        resourcePool: () => ref(naming.pool(host)),
        environmentBrowser: () => ref(naming.browser(host)),
        network: () =>
          refs(
            view
              .networks()
              .filter((network) => members().some((other) => offered(network, other)))
              .map((network) => naming.network(network)),
          ),
      },
    },
    {
      ref: naming.pool(host),
      properties: {
        name: () => string('Resources'),
        parent: () => ref(compute),
        owner: () => ref(compute),
        vm: () => refs(members().flatMap((other) => view.inventory.vmsOfHost(other.view.id).map((vm) => naming.vm(vm)))),
      },
    },
    { ref: naming.browser(host), properties: {} },
  ];
}
