/** The networks that a host offers to virtual machines: standard and distributed port groups. */
import { PortError } from '../ports/errors.ts';
import type { NetworkBacking, NetworkSettings, VsphereNetwork } from '../ports/vsphere.ts';
import { entityName } from './entityName.ts';
import { distributedSettings, HOST_NETWORK_PATHS, PORTGROUP_SETTINGS_PATH, proxyMtus, standardSettings } from './networkSettings.ts';
import { type ObjectProperties, retrieve, retrieveOne, these } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import type { Ref } from './xmlNode.ts';

/** Uplink port groups and opaque networks (NSX) are left out: a card of a VM cannot use them here. */
export async function readNetworks(calls: Calls, hostMoRef: string): Promise<readonly VsphereNetwork[]> {
  const host = await retrieveOne(calls, { kind: 'HostSystem', value: hostMoRef }, ['network', ...HOST_NETWORK_PATHS]);
  const refs = host.items('network').map((item) => item.ref);
  const standard = await readAll(calls, refs, { kind: 'Network', paths: ['name'] });
  const distributed = await readAll(calls, refs, {
    kind: 'DistributedVirtualPortgroup',
    paths: ['name', 'key', 'config.distributedVirtualSwitch', PORTGROUP_SETTINGS_PATH],
  });
  const switches = await readSwitches(calls, distributed);
  const settings = standardSettings(host);
  const mtus = new Map([...proxyMtus(host)].map(([uuid, mtu]) => [plainUuid(uuid), mtu]));
  return [
    ...standard.map((network) => toStandard(network, settings)),
    ...distributed.flatMap((portgroup) => toDistributed(portgroup, switches, mtus)),
  ];
}

/** The network of the host that a backing means; rejects with VsphereObjectNotFound when the host does not have it. */
export function requireNetwork(networks: readonly VsphereNetwork[], wanted: NetworkBacking): VsphereNetwork {
  const found = networks.find(({ backing }) => sameNetwork(backing, wanted));
  if (found === undefined) {
    const name = wanted.kind === 'Standard' ? wanted.portGroup : wanted.portgroupKey;
    const names = networks.map((network) => network.name).join(', ');
    throw new PortError('VsphereObjectNotFound', `the host has no port group ${name}; it has: ${names === '' ? 'none' : names}`);
  }
  return found;
}

/** Whether two backings lead to the same port group; references and the spelling of UUIDs do not count. */
export function sameNetwork(left: NetworkBacking, right: NetworkBacking): boolean {
  if (left.kind === 'Standard') {
    return right.kind === 'Standard' && left.portGroup === right.portGroup;
  }
  return (
    right.kind === 'Distributed' && left.portgroupKey === right.portgroupKey && plainUuid(left.switchUuid) === plainUuid(right.switchUuid)
  );
}

function plainUuid(uuid: string): string {
  return uuid.replaceAll(/[^0-9a-f]/gi, '').toLowerCase();
}

async function readAll(
  calls: Calls,
  refs: readonly Ref[],
  { kind, paths }: { readonly kind: string; readonly paths: readonly string[] },
): Promise<readonly ObjectProperties[]> {
  const ofKind = refs.filter((ref) => ref.kind === kind);
  return ofKind.length === 0 ? [] : await retrieve(calls, { type: kind, paths, from: these(...ofKind) });
}

interface Switch {
  /** Goes into backings exactly as the server writes it: on vCenter with spaces, `50 2e 0f 1a 2b 3c 4d 5e-6f 70 ...`. */
  readonly uuid: string;
  readonly uplinkPortgroups: ReadonlySet<string>;
}

async function readSwitches(calls: Calls, portgroups: readonly ObjectProperties[]): Promise<ReadonlyMap<string, Switch>> {
  const refs = portgroups.flatMap((portgroup) => portgroup.refOf('config.distributedVirtualSwitch') ?? []);
  const unique = [...new Map(refs.map((ref) => [ref.value, ref])).values()];
  const switches = new Map<string, Switch>();
  for (const kind of new Set(unique.map((ref) => ref.kind))) {
    for (const found of await readAll(calls, unique, { kind, paths: ['uuid', 'config.uplinkPortgroup'] })) {
      const uplinkPortgroups = new Set(found.items('config.uplinkPortgroup').map((item) => item.text));
      switches.set(found.ref.value, { uuid: found.text('uuid') ?? '', uplinkPortgroups });
    }
  }
  return switches;
}

function toStandard(network: ObjectProperties, settings: ReadonlyMap<string, NetworkSettings>): VsphereNetwork {
  const name = entityName(network.text('name'));
  const moRef = network.ref.value;
  const backing = { kind: 'Standard', portGroup: name, networkMoRef: moRef } as const;
  return { name, moRef, backing, settings: settings.get(name) };
}

function toDistributed(
  portgroup: ObjectProperties,
  switches: ReadonlyMap<string, Switch>,
  mtus: ReadonlyMap<string, number | undefined>,
): readonly VsphereNetwork[] {
  const owner = switches.get(portgroup.refOf('config.distributedVirtualSwitch')?.value ?? '');
  const portgroupKey = portgroup.text('key');
  if (owner === undefined || portgroupKey === undefined || owner.uplinkPortgroups.has(portgroup.ref.value)) {
    return [];
  }
  const backing = { kind: 'Distributed', portgroupKey, switchUuid: owner.uuid } as const;
  const settings = distributedSettings(portgroup.node(PORTGROUP_SETTINGS_PATH), mtus.get(plainUuid(owner.uuid)));
  return [{ name: entityName(portgroup.text('name')), moRef: portgroup.ref.value, backing, settings }];
}
