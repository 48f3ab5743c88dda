// The change that reaches a VM, compared with the XML that govmomi's own encoder writes for the same change.
import { describe, expect, it } from '@jest/globals';
import type { AddSriovCard, VmReconfigure } from '../../../operator/ports/vsphere.ts';
import { encodeCall } from '../../../operator/vsphere/codec.ts';
import { reconfigureSpec, type VmFacts } from '../../../operator/vsphere/reconfigureSpec.ts';

const CARD: AddSriovCard = {
  physicalFunction: {
    id: '0000:3b:00.0',
    deviceName: 'ConnectX-6 Dx',
    deviceIdHex: '101d',
    vendorId: 5555,
    passthruActive: false,
    sriov: undefined,
  },
  systemId: '5e8f9f3e-9a1b-4b52-0000-3cecef000000',
  network: { kind: 'Standard', portGroup: 'VM Network', networkMoRef: 'network-7' },
  macAddress: '00:50:56:12:34:56',
  allowGuestMtuChange: false,
};
const CHANGE: VmReconfigure = {
  changeVersion: '',
  addSriovCards: [],
  removeDeviceKeys: [],
  lockMemory: undefined,
  memoryReservationMB: undefined,
};
const FACTS: VmFacts = { memoryMB: 8192, passthroughDevices: new Map(), automaticAddressType: 'assigned' };

function specXml(change: Partial<VmReconfigure>, facts: Partial<VmFacts> = {}): string {
  const spec = reconfigureSpec({ ...CHANGE, ...change }, { ...FACTS, ...facts });
  const xml = encodeCall({ method: 'ReconfigVM_Task', on: { kind: 'VirtualMachine', value: 'vm-42' }, args: { spec } });
  return /<spec>([\s\S]*)<\/spec>/.exec(xml)?.[1] ?? '';
}

function compact(xml: string): string {
  return xml.replaceAll(/>\s+</g, '><').trim();
}

const CONNECTABLE =
  '<connectable><startConnected>true</startConnected><allowGuestControl>true</allowGuestControl><connected>false</connected></connectable>';
const PHYSICAL_FUNCTION = `<sriovBacking><physicalFunctionBacking>
  <deviceName>ConnectX-6 Dx</deviceName><id>0000:3b:00.0</id><deviceId>101d</deviceId>
  <systemId>5e8f9f3e-9a1b-4b52-0000-3cecef000000</systemId><vendorId>5555</vendorId>
</physicalFunctionBacking></sriovBacking>`;

describe('reconfigureSpec', () => {
  it('adds a card on a standard port group and locks the memory in one change', () => {
    expect(specXml({ changeVersion: '2026-01-01T00:00:00.000000Z', addSriovCards: [CARD], lockMemory: true })).toBe(
      compact(`
        <changeVersion>2026-01-01T00:00:00.000000Z</changeVersion>
        <deviceChange xsi:type="VirtualDeviceConfigSpec">
          <operation>add</operation>
          <device xsi:type="VirtualSriovEthernetCard">
            <key>-1</key>
            <backing xsi:type="VirtualEthernetCardNetworkBackingInfo">
              <deviceName>VM Network</deviceName><network type="Network">network-7</network>
            </backing>
            ${CONNECTABLE}
            <addressType>manual</addressType><macAddress>00:50:56:12:34:56</macAddress>
            <allowGuestOSMtuChange>false</allowGuestOSMtuChange>
            ${PHYSICAL_FUNCTION}
          </device>
        </deviceChange>
        <memoryAllocation><reservation>8192</reservation></memoryAllocation>
        <memoryReservationLockedToMax>true</memoryReservationLockedToMax>`),
    );
  });

  it('adds a card on a distributed port group, with the UUID of the switch as the server writes it', () => {
    const switchUuid = '50 2e 0f 1a 2b 3c 4d 5e-6f 70 81 92 a3 b4 c5 d6';
    const network = { kind: 'Distributed', portgroupKey: 'dvportgroup-33', switchUuid } as const;
    const card = { ...CARD, network, macAddress: undefined, allowGuestMtuChange: true };
    expect(specXml({ addSriovCards: [card] }, { automaticAddressType: 'generated' })).toBe(
      compact(`
        <deviceChange xsi:type="VirtualDeviceConfigSpec">
          <operation>add</operation>
          <device xsi:type="VirtualSriovEthernetCard">
            <key>-1</key>
            <backing xsi:type="VirtualEthernetCardDistributedVirtualPortBackingInfo">
              <port><switchUuid>${switchUuid}</switchUuid><portgroupKey>dvportgroup-33</portgroupKey></port>
            </backing>
            ${CONNECTABLE}
            <addressType>generated</addressType>
            <allowGuestOSMtuChange>true</allowGuestOSMtuChange>
            ${PHYSICAL_FUNCTION}
          </device>
        </deviceChange>`),
    );
  });

  it.each([
    { why: 'a removed card by its key and type only', type: 'VirtualSriovEthernetCard' },
    { why: 'a removed passthrough device with its own type', type: 'VirtualPCIPassthrough' },
  ])('names $why', ({ type }) => {
    expect(specXml({ removeDeviceKeys: [13015] }, { passthroughDevices: new Map([[13015, type]]) })).toBe(
      compact(`<deviceChange xsi:type="VirtualDeviceConfigSpec">
        <operation>remove</operation><device xsi:type="${type}"><key>13015</key></device>
      </deviceChange>`),
    );
  });

  it.each([
    {
      why: 'leaves MTU permission out when it is not declared',
      change: { addSriovCards: [{ ...CARD, allowGuestMtuChange: undefined }] },
      without: 'allowGuestOSMtuChange',
    },
    {
      why: 'leaves the MAC address out when the server chooses',
      change: { addSriovCards: [{ ...CARD, macAddress: undefined }] },
      without: 'macAddress',
    },
    { why: 'never chooses a unit number', change: { addSriovCards: [CARD], lockMemory: true }, without: 'unitNumber' },
    { why: 'never chooses a controller', change: { addSriovCards: [CARD], lockMemory: true }, without: 'controllerKey' },
    { why: 'leaves out a device that is gone already', change: { removeDeviceKeys: [4711] }, without: 'deviceChange' },
    { why: 'leaves memory alone when nothing is said about it', change: { addSriovCards: [CARD] }, without: 'memory' },
  ])('$why', ({ change, without }) => {
    expect(specXml(change)).not.toContain(without);
  });

  it.each([
    { why: 'reserves all of it with a lock', change: { lockMemory: true, memoryReservationMB: 100 }, reservation: 8192 },
    { why: 'restores what was found with an unlock', change: { lockMemory: false, memoryReservationMB: 100 }, reservation: 100 },
    { why: 'restores nothing when nothing was reserved', change: { lockMemory: false, memoryReservationMB: 0 }, reservation: 0 },
  ])('for the memory: $why', ({ change, reservation }) => {
    const xml = `<memoryAllocation><reservation>${reservation}</reservation></memoryAllocation>`;
    expect(specXml(change)).toBe(`${xml}<memoryReservationLockedToMax>${change.lockMemory}</memoryReservationLockedToMax>`);
  });

  it('adds a whole physical function as its backing describes it, with the device id in hexadecimal', () => {
    const device = { physicalFunction: CARD.physicalFunction, systemId: CARD.systemId };
    expect(specXml({ addPassthroughDevices: [device], lockMemory: true })).toBe(
      compact(`
        <deviceChange xsi:type="VirtualDeviceConfigSpec">
          <operation>add</operation>
          <device xsi:type="VirtualPCIPassthrough">
            <key>-1</key>
            <backing xsi:type="VirtualPCIPassthroughDeviceBackingInfo">
              <deviceName>ConnectX-6 Dx</deviceName><id>0000:3b:00.0</id><deviceId>101d</deviceId>
              <systemId>5e8f9f3e-9a1b-4b52-0000-3cecef000000</systemId><vendorId>5555</vendorId>
            </backing>
          </device>
        </deviceChange>
        <memoryAllocation><reservation>8192</reservation></memoryAllocation>
        <memoryReservationLockedToMax>true</memoryReservationLockedToMax>`),
    );
  });

  it('gives each card a temporary key of its own, after the removals', () => {
    const xml = specXml(
      { addSriovCards: [CARD, CARD], removeDeviceKeys: [7] },
      { passthroughDevices: new Map([[7, 'VirtualSriovEthernetCard']]) },
    );
    expect([...xml.matchAll(/<key>(.*?)<\/key>/g)].map(([, key]) => key)).toEqual(['7', '-1', '-2']);
  });

  it.each([
    { why: 'another card remains', change: { removeDeviceKeys: [1] }, keys: [1, 2], refused: true },
    { why: 'a card is being added', change: { addSriovCards: [CARD] }, keys: [], refused: true },
    { why: 'the last card goes in the same change', change: { removeDeviceKeys: [1, 2] }, keys: [1, 2], refused: false },
  ])('unlocks the memory only if no passthrough device stays: $why', ({ change, keys, refused }) => {
    const passthroughDevices = new Map(keys.map((key) => [key, 'VirtualPCIPassthrough']));
    const build = () => specXml({ ...change, lockMemory: false }, { passthroughDevices });
    if (refused) {
      expect(build).toThrow(expect.objectContaining({ code: 'VsphereFault', message: expect.stringContaining('memory stays locked') }));
    } else {
      expect(build()).toContain('<memoryReservationLockedToMax>false');
    }
  });
});
