// Small readings of vendor facts: ids, names, cards, releases of the API.
import { describe, expect, it } from '@jest/globals';
import { soapActionFor } from '../../../operator/vsphere/apiVersion.ts';
import { entityName, isNamed } from '../../../operator/vsphere/entityName.ts';
import { hexId, signedShort } from '../../../operator/vsphere/hosts.ts';
import { sameNetwork } from '../../../operator/vsphere/networks.ts';
import { toPowerState, toSriovCard } from '../../../operator/vsphere/readVms.ts';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';

describe('16-bit ids', () => {
  it.each([
    { why: 'ConnectX-6 Dx', wire: 4125, hex: '101d' },
    { why: 'BlueField-2, negative on the wire', wire: -23850, hex: 'a2d6' },
    { why: 'a server that writes it unsigned', wire: 41686, hex: 'a2d6' },
  ])('are hexadecimal text in backings: $why', ({ wire, hex }) => {
    expect(hexId(wire)).toBe(hex);
  });

  it.each([
    { value: 0x15b3, signed: 5555 },
    { value: 0x8086, signed: -32634 },
    { value: -32634, signed: -32634 },
  ])('are signed on the wire: $value', ({ value, signed }) => {
    expect(signedShort(value)).toBe(signed);
  });
});

describe('names in the inventory', () => {
  it.each([
    { wire: 'plain', name: 'plain' },
    { wire: 'a%2fb%5Cc%25d', name: 'a/b\\c%d' },
    { wire: '100%', name: '100%' },
    { wire: '%252f', name: '%2f' },
  ])('$wire is $name', ({ wire, name }) => {
    expect(entityName(wire)).toBe(name);
    expect([isNamed(wire, name), isNamed(wire, wire), isNamed(wire, `${name}x`)]).toEqual([true, true, false]);
  });
});

describe('toSriovCard', () => {
  const card = (content: string) => {
    const device = XmlNode.parse(`<device xmlns:xsi="x" xsi:type="VirtualSriovEthernetCard"><key>13015</key>${content}</device>`).child(
      'device',
    );
    return device === undefined ? undefined : toSriovCard(device);
  };
  const functions = (physical: string, virtual = '') =>
    `<sriovBacking><physicalFunctionBacking><deviceName/><id>${physical}</id><deviceId>0</deviceId><systemId>BYPASS</systemId><vendorId>0</vendorId></physicalFunctionBacking>${virtual}</sriovBacking>`;

  it.each([
    { why: 'a chosen physical function', content: functions('0000:3B:00.0'), physicalFunction: '0000:3b:00.0', automatic: false },
    { why: 'one that vSphere chose', content: functions('Automatic-0000:19:00.3'), physicalFunction: '0000:19:00.3', automatic: true },
    { why: 'one that vSphere will choose', content: '', physicalFunction: undefined, automatic: true },
    { why: 'an empty backing', content: '<sriovBacking/>', physicalFunction: undefined, automatic: true },
  ])('reads $why', ({ content, physicalFunction, automatic }) => {
    expect(card(content)).toMatchObject({ physicalFunction, automaticPhysicalFunction: automatic, virtualFunction: undefined });
  });

  it('reads the virtual function that the VM got at power-on', () => {
    const virtual = '<virtualFunctionBacking><id>0000:3b:00.4</id></virtualFunctionBacking>';
    expect(card(functions('0000:3b:00.0', virtual))?.virtualFunction).toBe('0000:3b:00.4');
  });

  it.each([
    {
      why: 'a standard port group',
      backing:
        '<backing xsi:type="VirtualEthernetCardNetworkBackingInfo"><deviceName>VM Network</deviceName><network type="Network">network-7</network></backing>',
      network: { kind: 'Standard', portGroup: 'VM Network', networkMoRef: 'network-7' },
    },
    {
      why: 'a distributed port group',
      backing:
        '<backing xsi:type="VirtualEthernetCardDistributedVirtualPortBackingInfo"><port><switchUuid>50 2e</switchUuid><portgroupKey>dvportgroup-33</portgroupKey></port></backing>',
      network: { kind: 'Distributed', portgroupKey: 'dvportgroup-33', switchUuid: '50 2e' },
    },
    { why: 'a network of another kind', backing: '<backing xsi:type="VirtualEthernetCardOpaqueNetworkBackingInfo"/>', network: undefined },
    { why: 'none', backing: '', network: undefined },
  ])('reads $why', ({ backing, network }) => {
    expect(card(backing)?.network).toEqual(network);
  });

  it('reads MAC, kind of address, label and MTU permission, and tells unset from false', () => {
    const content =
      '<deviceInfo><label>SR-IOV network adapter 1</label></deviceInfo><addressType>manual</addressType><macAddress>00:50:56:3F:00:01</macAddress>';
    expect(card(content)).toMatchObject({
      key: 13015,
      label: 'SR-IOV network adapter 1',
      addressType: 'manual',
      macAddress: '00:50:56:3f:00:01',
    });
    expect(card(content)?.allowGuestMtuChange).toBeUndefined();
    expect(card('<allowGuestOSMtuChange>false</allowGuestOSMtuChange>')?.allowGuestMtuChange).toBe(false);
  });
});

describe('toPowerState', () => {
  it.each([
    ['poweredOff', 'poweredOff'],
    ['suspended', 'suspended'],
    ['poweredOn', 'poweredOn'],
    ['somethingNew', 'poweredOn'],
    [undefined, 'poweredOn'],
  ])('takes %s as %s: the unknown counts as running', (text, state) => {
    expect(toPowerState(text)).toBe(state);
  });
});

describe('sameNetwork', () => {
  const distributed = { kind: 'Distributed', portgroupKey: 'dvportgroup-33', switchUuid: '50 2e 0f 1a-6F' } as const;
  const standard = { kind: 'Standard', portGroup: 'A', networkMoRef: 'network-7' } as const;

  it.each([
    { why: 'spelling of the UUID does not count', left: distributed, right: { ...distributed, switchUuid: '502E0F1A6f' }, same: true },
    { why: 'another switch', left: distributed, right: { ...distributed, switchUuid: '51' }, same: false },
    { why: 'another port group', left: distributed, right: { ...distributed, portgroupKey: 'dvportgroup-34' }, same: false },
    { why: 'the reference does not count', left: standard, right: { ...standard, networkMoRef: undefined }, same: true },
    { why: 'another name', left: standard, right: { ...standard, portGroup: 'B' }, same: false },
    { why: 'another kind', left: standard, right: distributed, same: false },
  ])('$why', ({ left, right, same }) => {
    expect([sameNetwork(left, right), sameNetwork(right, left)]).toEqual([same, same]);
  });
});

describe('soapActionFor', () => {
  const versions = (...list: readonly string[]) =>
    `<namespaces version="1.0"><namespace><name>urn:vim2</name><version>9.9</version></namespace><namespace><name>urn:vim25</name><version>${list[0]}</version><priorVersions>${list
      .slice(1)
      .map((version) => `<version>${version}</version>`)
      .join('')}</priorVersions></namespace></namespaces>`;

  it.each([
    {
      why: '8.0 that still speaks 7.0',
      xml: versions('8.0.3.0', '8.0.0.1', '7.0.3.0', '7.0.0.0', '6.7.3', '6.7', '6.5', '2.5u2'),
      action: 'urn:vim25/7.0.0.0',
    },
    { why: '6.7', xml: versions('6.7.3', '6.7.1', '6.7', '6.5'), action: 'urn:vim25/6.7' },
    {
      why: 'a release that gave 7.0.0 up',
      xml: versions('9.1.0.0', '9.0.0.0', '8.0.3.0', '7.0.10.0', '7.0.2.0'),
      action: 'urn:vim25/7.0.2.0',
    },
    { why: 'an older release', xml: versions('6.5', '6.0', '5.5'), action: 'urn:vim25/6.5' },
    { why: 'no list', xml: undefined, action: 'urn:vim25/6.7' },
    { why: 'something else', xml: '<html><p>', action: 'urn:vim25/6.7' },
  ])('chooses for $why', ({ xml, action }) => {
    expect(soapActionFor(xml)).toBe(action);
  });
});
