/** What one endpoint shows of the inventory: a vCenter all its hosts, a host's own API that host. */
import type { Inventory, InventoryHost } from '../../world/inventory.ts';
import type { DistributedSwitch, SimNetwork } from '../../world/inventoryNetworks.ts';
import type { SimVm } from '../../world/vm.ts';
import { apiVersionOfRelease } from '../wire/apiVersion.ts';
import { hostAgentNaming, type Naming, virtualCenterNaming } from './naming.ts';

export interface View {
  readonly apiType: 'HostAgent' | 'VirtualCenter';
  readonly inventory: Inventory;
  readonly naming: Naming;
  readonly name: string;
  /** Of the product, for example `7.0.3`. */
  readonly version: string;
  readonly build: string;
  readonly apiVersion: string;
  hosts(): readonly InventoryHost[];
  vms(): readonly SimVm[];
  networks(): readonly SimNetwork[];
  switches(): readonly DistributedSwitch[];
}

/** The host's own API. Distributed switches belong to a vCenter, so it shows none. */
export function hostAgentView(inventory: Inventory, host: InventoryHost): View {
  return {
    apiType: 'HostAgent',
    inventory,
    naming: hostAgentNaming(),
    name: host.view.name,
    version: host.view.version,
    build: host.view.build,
    apiVersion: apiVersionOfRelease(host.view.version),
    hosts: () => [host],
    vms: () => inventory.vmsOfHost(host.view.id),
    networks: () => inventory.networks.ofHost(host.view.id).filter((network) => network.kind === 'Standard'),
    switches: () => [],
  };
}

export interface VirtualCenterIdentity {
  readonly name: string;
  readonly version: string;
  readonly build: string;
}

/** A vCenter that manages these hosts, or all of the inventory's. */
export function virtualCenterView(inventory: Inventory, identity: VirtualCenterIdentity, hostIds?: ReadonlySet<string>): View {
  const mine = (hostId: string) => hostIds?.has(hostId) ?? true;
  const anyMine = (ids: Iterable<string>) => [...ids].some(mine);
  return {
    apiType: 'VirtualCenter',
    inventory,
    naming: virtualCenterNaming(),
    ...identity,
    apiVersion: apiVersionOfRelease(identity.version),
    hosts: () => inventory.hosts().filter((host) => mine(host.view.id)),
    vms: () => inventory.vms().filter((vm) => mine(vm.hostId)),
    networks: () =>
      inventory.networks.all().filter((network) => anyMine(network.kind === 'Standard' ? network.hostIds : network.switch.hostIds)),
    switches: () => inventory.networks.switches.filter((one) => anyMine(one.hostIds)),
  };
}

/** Names in the API escape the characters that inventory paths use (ManagedEntity.name). */
export function entityName(name: string): string {
  return name.replaceAll('%', '%25').replaceAll('/', '%2f').replaceAll('\\', '%5c');
}
