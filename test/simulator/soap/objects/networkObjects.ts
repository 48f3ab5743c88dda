/** Port groups and distributed switches as managed objects. */

import type { InventoryHost } from '../../world/inventory.ts';
import { type DistributedSwitch, hostsOf, type SimNetwork } from '../../world/inventoryNetworks.ts';
import { boolean, int, object, ref, refs, string } from '../wire/values.ts';
import type { ManagedObject } from './managedObject.ts';
import { defaultPortConfig } from './networkSettings.ts';
import { entityName, type View } from './view.ts';

export function networkObject(view: View, network: SimNetwork): ManagedObject {
  const { naming } = view;
  const common: ManagedObject['properties'] = {
    name: () => string(entityName(network.name)),
    parent: () => ref(naming.folder('network', datacenterOf(network), [])),
    host: () =>
      refs(
        view
          .hosts()
          .filter((host) => offered(network, host))
          .map((host) => naming.host(host)),
      ),
    summary: () =>
      object('NetworkSummary', { network: ref(naming.network(network)), name: string(network.name), accessible: boolean(true) }),
  };
  if (network.kind === 'Standard') {
    return { ref: naming.network(network), properties: common };
  }
  return {
    ref: naming.network(network),
    properties: {
      ...common,
      key: () => string(network.key),
      config: () =>
        object('DVPortgroupConfigInfo', {
          key: string(network.key),
          name: string(entityName(network.name)),
          numPorts: int(8),
          distributedVirtualSwitch: ref(naming.switch(network.switch)),
          defaultPortConfig: defaultPortConfig(network),
          uplink: boolean(network.uplink),
        }),
    },
  };
}

export function switchObject(view: View, one: DistributedSwitch): ManagedObject {
  const { naming } = view;
  return {
    ref: naming.switch(one),
    properties: {
      name: () => string(entityName(one.name)),
      parent: () => ref(naming.folder('network', one.datacenter, [])),
      uuid: () => string(one.uuid),
      config: () =>
        object('VMwareDVSConfigInfo', {
          uuid: string(one.uuid),
          name: string(entityName(one.name)),
          uplinkPortgroup: refs(one.portGroups.filter((portGroup) => portGroup.uplink).map((portGroup) => naming.network(portGroup))),
        }),
      portgroup: () => refs(one.portGroups.map((portGroup) => naming.network(portGroup))),
    },
  };
}

export function datacenterOf(network: SimNetwork): string {
  return network.kind === 'Standard' ? network.datacenter : network.switch.datacenter;
}

/** True when the host has that network. */
export function offered(network: SimNetwork, host: InventoryHost): boolean {
  return hostsOf(network).has(host.view.id);
}
