/** VLAN, MTU and security policy of port groups in the types of vim25. */
import type { InventoryHost } from '../../world/inventory.ts';
import { type DistributedPortGroup, hostsOf, type StandardNetwork } from '../../world/inventoryNetworks.ts';
import type { SimNetworkSettings } from '../../world/networkSettings.ts';
import { array, boolean, derived, type Fields, int, object, string, type Value } from '../wire/values.ts';
import type { View } from './view.ts';

/** The part of HostNetworkInfo about switches: a standard switch for each standard port group, and the host's part of each distributed one. */
export function hostSwitches(view: View, host: InventoryHost): Fields {
  const networks = view.networks().filter((network) => hostsOf(network).has(host.view.id));
  const standard = networks.filter((network) => network.kind === 'Standard');
  const switches = new Map(networks.flatMap((network) => (network.kind === 'Standard' ? [] : [[network.switch.uuid, network] as const])));
  return {
    vswitch: array('HostVirtualSwitch', standard.map(virtualSwitch)),
    proxySwitch: array('HostProxySwitch', [...switches.values()].map(proxySwitch)),
    portgroup: array('HostPortGroup', standard.map(portGroup)),
  };
}

function virtualSwitch(network: StandardNetwork, index: number): Value {
  return object('HostVirtualSwitch', {
    name: string(`vSwitch${index}`),
    key: string(`key-vim.host.VirtualSwitch-vSwitch${index}`),
    numPorts: int(1536),
    numPortsAvailable: int(1500),
    mtu: int(network.settings.mtu),
    spec: object('HostVirtualSwitchSpec', { numPorts: int(128) }),
  });
}

function proxySwitch({ switch: one, settings }: DistributedPortGroup): Value {
  return object('HostProxySwitch', {
    dvsUuid: string(one.uuid),
    dvsName: string(one.name),
    key: string(`key-vim.host.ProxySwitch-${one.number}`),
    numPorts: int(1536),
    numPortsAvailable: int(1500),
    mtu: int(settings.mtu),
    spec: object('HostProxySwitchSpec', {}),
  });
}

function portGroup(network: StandardNetwork, index: number): Value {
  return object('HostPortGroup', {
    key: string(`key-vim.host.PortGroup-${network.name}`),
    vswitch: string(`key-vim.host.VirtualSwitch-vSwitch${index}`),
    computedPolicy: object('HostNetworkPolicy', { security: security(network.settings) }),
    spec: object('HostPortGroupSpec', {
      name: string(network.name),
      vlanId: int(network.settings.vlanId),
      vswitchName: string(`vSwitch${index}`),
      policy: object('HostNetworkPolicy', {}),
    }),
  });
}

function security({ allowPromiscuous, macChanges, forgedTransmits }: SimNetworkSettings): Value {
  return object('HostNetworkSecurityPolicy', {
    allowPromiscuous: boolean(allowPromiscuous),
    macChanges: boolean(macChanges),
    forgedTransmits: boolean(forgedTransmits),
  });
}

/** DVPortgroupConfigInfo.defaultPortConfig. */
export function defaultPortConfig({ settings }: DistributedPortGroup): Value {
  return derived('VMwareDVSPortSetting', {
    vlan: vlan(settings),
    securityPolicy: object('DVSSecurityPolicy', {
      inherited: boolean(false),
      allowPromiscuous: policy(settings.allowPromiscuous),
      macChanges: policy(settings.macChanges),
      forgedTransmits: policy(settings.forgedTransmits),
    }),
  });
}

function vlan({ trunk, privateVlanId, vlanId }: SimNetworkSettings): Value {
  const inherited = boolean(false);
  if (privateVlanId !== undefined) return derived('VmwareDistributedVirtualSwitchPvlanSpec', { inherited, pvlanId: int(privateVlanId) });
  if (trunk === undefined) return derived('VmwareDistributedVirtualSwitchVlanIdSpec', { inherited, vlanId: int(vlanId) });
  const ranges = trunk.map(({ start, end }) => object('NumericRange', { start: int(start), end: int(end) }));
  return derived('VmwareDistributedVirtualSwitchTrunkVlanSpec', { inherited, vlanId: array('NumericRange', ranges) });
}

function policy(value: boolean): Value {
  return object('BoolPolicy', { inherited: boolean(false), value: boolean(value) });
}
