/** What the port group does to a card: shown in status, and refused before the VM loses its power where the guest needs something else. */
import { describe, expect, it } from '@jest/globals';
import type { SriovVmAttachmentSpec } from '../../../operator/api/types.ts';
import { vlanText } from '../../../operator/controllers/sriovVmAttachment/networkStatus.ts';
import type { NetworkSettings, NetworkVlan } from '../../../operator/ports/vsphere.ts';
import { standardNetwork } from '../../support/fakes/vsphere.ts';
import { hostObject, Scene } from './scene.ts';

type Need = NonNullable<NonNullable<SriovVmAttachmentSpec['network']>['guestNeeds']>[number];

const OPEN: NetworkSettings = {
  vlan: { kind: 'Trunk', ranges: [{ start: 0, end: 4094 }] },
  mtu: 9000,
  macAddressChanges: true,
  forgedTransmits: true,
  promiscuousMode: true,
};

function sceneWith(settings: NetworkSettings | undefined): Scene {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  scene.vsphere.networks.set('host-1', [{ ...standardNetwork('fabric'), settings }]);
  return scene;
}

const needing = (...guestNeeds: readonly Need[]) => ({ network: { portGroup: 'fabric', guestNeeds } });

describe('guestNeeds', () => {
  it.each<{ why: string; need: Need; settings: Partial<NetworkSettings>; words: RegExp }>([
    {
      why: 'the guest takes another address',
      need: 'MacAddressChanges',
      settings: { macAddressChanges: false },
      words: /MAC address changes/,
    },
    {
      why: 'the guest sends with other addresses',
      need: 'ForgedTransmits',
      settings: { forgedTransmits: false },
      words: /forged transmits/,
    },
    { why: 'the guest listens to all traffic', need: 'PromiscuousMode', settings: { promiscuousMode: false }, words: /promiscuous mode/ },
    { why: 'the switch tags', need: 'VlanTags', settings: { vlan: { kind: 'Id', id: 20 } }, words: /its VLAN is 20/ },
    { why: 'nobody tags', need: 'VlanTags', settings: { vlan: { kind: 'Id', id: 0 } }, words: /its VLAN is None/ },
    { why: 'the VLAN is private', need: 'VlanTags', settings: { vlan: { kind: 'Private', id: 7 } }, words: /its VLAN is private 7/ },
  ])('$need is refused before the VM loses its power: $why', async ({ need, settings, words }) => {
    const scene = sceneWith({ ...OPEN, ...settings });
    scene.attach('a', needing(need));
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False PortGroupPolicyRejects');
    expect(scene.condition('Ready')?.message).toMatch(words);
    expect(scene.vsphere.writes).toEqual([]);
  });

  it('are all met by an open port group', async () => {
    const scene = sceneWith(OPEN);
    scene.attach('a', needing('MacAddressChanges', 'ForgedTransmits', 'PromiscuousMode', 'VlanTags'));
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each([
    { why: 'what is not needed is not checked', settings: { ...OPEN, macAddressChanges: false, forgedTransmits: false }, needs: needing() },
    { why: 'what vSphere does not tell is not held against it', settings: undefined, needs: needing('MacAddressChanges', 'VlanTags') },
  ])('let the card in: $why', async ({ settings, needs }) => {
    const scene = sceneWith(settings);
    scene.attach('a', needs);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('a static MAC address is that of the card, which no policy rejects', async () => {
    const scene = sceneWith({ ...OPEN, macAddressChanges: false, forgedTransmits: false });
    scene.attach('a', { macAddress: '00:50:56:3f:00:77' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().sriovCards).toMatchObject([{ macAddress: '00:50:56:3f:00:77', addressType: 'manual' }]);
  });

  it('is told when the port group is changed under a card, and the VM is left alone', async () => {
    const scene = sceneWith(OPEN);
    scene.attach('a', needing('ForgedTransmits'));
    await scene.settle();
    const writes = scene.vsphere.writes.length;
    scene.vsphere.networks.set('host-1', [{ ...standardNetwork('fabric'), settings: { ...OPEN, forgedTransmits: false } }]);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False PortGroupPolicyRejects');
    expect(scene.vsphere.writes).toHaveLength(writes);
  });
});

describe('status.network', () => {
  it('shows VLAN, MTU and policy, and keeps them while the server does not answer', async () => {
    const scene = sceneWith({ ...OPEN, vlan: { kind: 'Id', id: 20 }, promiscuousMode: false });
    scene.attach();
    await scene.settle();
    const shown = {
      portGroup: 'fabric',
      vlan: '20',
      mtu: 9000,
      macAddressChanges: true,
      forgedTransmits: true,
      promiscuousMode: false,
    };
    expect(scene.object().status?.network).toEqual(shown);
    scene.vsphere.unreachable = true;
    await scene.look();
    expect(scene.object().status?.network).toEqual(shown);
  });

  it('leaves out what vSphere does not tell', async () => {
    const scene = sceneWith(undefined);
    scene.attach();
    await scene.settle();
    expect(scene.object().status?.network).toEqual({ portGroup: 'fabric' });
  });

  it.each<{ why: string; vlan: NetworkVlan; text: string }>([
    { why: 'untagged', vlan: { kind: 'Id', id: 0 }, text: 'None' },
    { why: 'tagged by the switch', vlan: { kind: 'Id', id: 4094 }, text: '4094' },
    { why: 'a private VLAN', vlan: { kind: 'Private', id: 155 }, text: 'private 155' },
    {
      why: 'tagged by the guest, in ranges',
      vlan: {
        kind: 'Trunk',
        ranges: [
          { start: 5, end: 5 },
          { start: 10, end: 20 },
        ],
      },
      text: '5, 10-20',
    },
  ])('writes a VLAN as people do: $why', ({ vlan, text }) => {
    expect(vlanText(vlan)).toBe(text);
  });
});

describe('guestMtuChange', () => {
  const infiniBand = (): ReturnType<typeof hostObject> => {
    const host = hostObject();
    const adapters = host.status?.adapters?.map((adapter) => ({
      ...adapter,
      ports: adapter.ports?.map((port) => ({ ...port, linkType: 'InfiniBand' as const })),
    }));
    return { ...host, status: { ...host.status, ...(adapters === undefined ? {} : { adapters }) } } as ReturnType<typeof hostObject>;
  };

  it('is refused for an InfiniBand port, before the VM loses its power', async () => {
    const scene = sceneWith(OPEN);
    scene.cluster.put('SriovHost', infiniBand());
    scene.attach('a', { guestMtuChange: true });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False GuestMtuChangeUnsupported');
    expect(scene.condition('Ready')?.message).toContain('port 1 of adapter fabric0 is InfiniBand');
    expect(scene.vsphere.writes).toEqual([]);
  });

  it.each([
    { why: 'nothing is asked for', guestMtuChange: undefined },
    { why: 'it is not allowed', guestMtuChange: false },
  ])('does not keep an InfiniBand port from being used where $why', async ({ guestMtuChange }) => {
    const scene = sceneWith(OPEN);
    scene.cluster.put('SriovHost', infiniBand());
    scene.attach('a', guestMtuChange === undefined ? {} : { guestMtuChange });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each([
    { why: 'the usual MTU', mtu: 1500, guestMtuChange: true, warned: true },
    { why: 'a switch for jumbo frames', mtu: 9000, guestMtuChange: true, warned: false },
    { why: 'an MTU that vSphere does not tell', mtu: undefined, guestMtuChange: true, warned: false },
    { why: 'a guest that may not change it', mtu: 1500, guestMtuChange: false, warned: false },
  ])('warns of a switch that is too small, and attaches all the same: $why', async ({ mtu, guestMtuChange, warned }) => {
    const scene = sceneWith({ ...OPEN, mtu });
    scene.attach('a', { guestMtuChange });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.object().status?.warnings?.map(({ reason }) => reason)).toEqual(warned ? ['SwitchMtuTooSmall'] : undefined);
    expect(scene.cluster.events.filter(({ reason }) => reason === 'SwitchMtuTooSmall')).toHaveLength(warned ? 1 : 0);
  });
});

describe('a card that is replaced', () => {
  it('is announced before: the guest sees another device', async () => {
    const scene = sceneWith(OPEN);
    scene.attach();
    await scene.settle();
    expect(scene.object().status?.warnings).toBeUndefined();
    scene.change('a', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 }, powerPolicy: { powerOff: 'Never' } });
    await scene.settle();
    expect(scene.object().status?.warnings).toMatchObject([
      { reason: 'GuestTopologyWillChange', message: expect.stringContaining('another PCI address') },
    ]);
    expect(scene.cluster.events.filter(({ reason }) => reason === 'GuestTopologyWillChange')).toHaveLength(1);
    expect(scene.vm().powerState).toBe('poweredOn');
    scene.change('a', { powerPolicy: { powerOff: 'PowerOff' } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.object().status?.warnings).toBeUndefined();
  });
});
