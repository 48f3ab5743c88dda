// VLAN, MTU and security policy of port groups, in the forms that vim25 has for them.
import { describe, expect, it } from '@jest/globals';
import type { NetworkSettings } from '../../../operator/ports/vsphere.ts';
import { distributedSettings } from '../../../operator/vsphere/networkSettings.ts';
import { readNetworks } from '../../../operator/vsphere/networks.ts';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';
import { objectXml, pathsOf, scriptedCalls } from './scriptedCalls.ts';

const UNKNOWN: NetworkSettings = {
  vlan: undefined,
  mtu: undefined,
  macAddressChanges: undefined,
  forgedTransmits: undefined,
  promiscuousMode: undefined,
};

const portGroup = (name: string, vlanId: number, security: string) =>
  `<HostPortGroup><key>k</key><computedPolicy>${security}</computedPolicy><spec><name>${name}</name><vlanId>${vlanId}</vlanId><vswitchName>vSwitch0</vswitchName><policy/></spec></HostPortGroup>`;
const reject =
  '<security><allowPromiscuous>false</allowPromiscuous><macChanges>false</macChanges><forgedTransmits>true</forgedTransmits></security>';

function host(properties: Readonly<Record<string, string>>) {
  return scriptedCalls((call) => {
    const paths = pathsOf(call);
    if (paths.includes('network')) {
      const network = '<ManagedObjectReference type="Network">network-7</ManagedObjectReference>';
      return `<returnval>${objectXml('HostSystem', 'host-1', { network, ...properties })}</returnval>`;
    }
    return `<returnval>${objectXml('Network', 'network-7', { name: 'fabric%2f1' })}</returnval>`;
  });
}

describe('a standard port group', () => {
  it.each([
    { why: 'tagged by the switch', vlanId: 20, vlan: { kind: 'Id', id: 20 } },
    { why: 'untagged', vlanId: 0, vlan: { kind: 'Id', id: 0 } },
    { why: 'tagged by the guest', vlanId: 4095, vlan: { kind: 'Trunk', ranges: [{ start: 0, end: 4094 }] } },
  ])('has its own VLAN and the policy that results: $why', async ({ vlanId, vlan }) => {
    const calls = host({
      'config.network.portgroup': portGroup('fabric%2f1', vlanId, reject),
      'config.network.vswitch': '<HostVirtualSwitch><name>vSwitch0</name><mtu>9000</mtu></HostVirtualSwitch>',
    });
    const [network] = await readNetworks(calls, 'host-1');
    expect(network).toMatchObject({ name: 'fabric/1' });
    expect(network?.settings).toEqual({ vlan, mtu: 9000, macAddressChanges: false, forgedTransmits: true, promiscuousMode: false });
  });

  it.each([
    { why: 'the host tells no port groups', properties: {}, settings: undefined },
    {
      why: 'there is no policy, and no MTU of the switch',
      properties: { 'config.network.portgroup': portGroup('fabric%2f1', 3, '') },
      settings: { ...UNKNOWN, vlan: { kind: 'Id', id: 3 } },
    },
  ])('is not guessed at where $why', async ({ properties, settings }) => {
    const [network] = await readNetworks(host(properties), 'host-1');
    expect(network?.settings).toEqual(settings);
  });
});

describe('a distributed port group', () => {
  const read = (content: string) => distributedSettings(XmlNode.parse(`<config xmlns:xsi="x">${content}</config>`).child('config'), 9000);
  const flag = (name: string, value: boolean) => `<${name}><inherited>false</inherited><value>${value}</value></${name}>`;

  it.each([
    {
      why: 'one id',
      xml: '<vlan xsi:type="VmwareDistributedVirtualSwitchVlanIdSpec"><inherited>false</inherited><vlanId>20</vlanId></vlan>',
      vlan: { kind: 'Id', id: 20 },
    },
    {
      why: 'a trunk of ranges',
      xml: '<vlan xsi:type="VmwareDistributedVirtualSwitchTrunkVlanSpec"><inherited>false</inherited><vlanId><start>5</start><end>9</end></vlanId><vlanId><start>20</start><end>20</end></vlanId></vlan>',
      vlan: {
        kind: 'Trunk',
        ranges: [
          { start: 5, end: 9 },
          { start: 20, end: 20 },
        ],
      },
    },
    {
      why: 'a private VLAN',
      xml: '<vlan xsi:type="VmwareDistributedVirtualSwitchPvlanSpec"><inherited>false</inherited><pvlanId>155</pvlanId></vlan>',
      vlan: { kind: 'Private', id: 155 },
    },
    { why: 'a form that nobody knows', xml: '<vlan xsi:type="SomethingNewIn9"/>', vlan: undefined },
  ])('has a VLAN: $why', ({ xml, vlan }) => {
    expect(read(xml)).toEqual({ ...UNKNOWN, vlan, mtu: 9000 });
  });

  it('has the policy of 5.x and 6.x as inheritable values', () => {
    const policy = `<securityPolicy><inherited>false</inherited>${flag('allowPromiscuous', false)}${flag('macChanges', true)}${flag('forgedTransmits', false)}</securityPolicy>`;
    expect(read(policy)).toMatchObject({ promiscuousMode: false, macAddressChanges: true, forgedTransmits: false });
  });

  it('and where it has the one of 6.7 too, that one counts', () => {
    const old = `<securityPolicy>${flag('macChanges', true)}${flag('forgedTransmits', true)}</securityPolicy>`;
    const now =
      '<macManagementPolicy><inherited>false</inherited><allowPromiscuous>true</allowPromiscuous><macChanges>false</macChanges></macManagementPolicy>';
    expect(read(`${old}${now}`)).toMatchObject({ promiscuousMode: true, macAddressChanges: false, forgedTransmits: true });
  });

  it('without a configuration tells the MTU alone', () => {
    expect(distributedSettings(undefined, 9000)).toEqual({ ...UNKNOWN, mtu: 9000 });
  });
});
