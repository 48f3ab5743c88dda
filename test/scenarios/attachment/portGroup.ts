/** What the port group does to the card: policy, VLAN and MTU. */
import { isDeepStrictEqual } from 'node:util';
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import type { SimNetworkSettings } from '../../simulator/world/networkSettings.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { nudge, reach, ready, running, says, shutDown, spec, statusOf, untouched, vmOf, works, world } from './parts.ts';

/** A standard port group of this scenario alone. */
function addPortGroup(stage: Stage, name: string, settings: Partial<SimNetworkSettings>): void {
  const { inventory } = stage.lab.vsphere;
  inventory.networks.addPortGroup(stage.host.world.id, inventory.host(stage.host.world.id)?.datacenter ?? '', name);
  inventory.editNetwork(name, (own) => Object.assign(own, settings));
}

function warns(stage: Stage, ...reasons: readonly string[]): void {
  const found = (statusOf(stage).warnings ?? []).map(({ reason }) => reason);
  if (found.join() !== reasons.join()) throw new Error(`the warnings are '${found.join()}', not '${reasons.join()}'`);
}

export const PORT_GROUP: readonly Scenario[] = [
  {
    name: 'port-group-rejects',
    kind: 'attachment',
    why: 'the guest sends with other addresses, which the port group drops: said before the VM loses its power, and over once the policy is changed',
    world,
    spec,
    vms: [running],
    prepare: (stage) => addPortGroup(stage, 'strict', { forgedTransmits: false, macChanges: false }),
    attachments: { 'db-01': { ...shutDown, network: { portGroup: 'strict', guestNeeds: ['MacAddressChanges', 'ForgedTransmits'] } } },
    play: async (stage) => {
      await reach(stage, 'PortGroupPolicyRejects');
      says(stage, /MAC address changes are set to Reject; forged transmits are set to Reject/);
      untouched(vmOf(stage));
      stage.lab.vsphere.inventory.editNetwork('strict', (settings) => Object.assign(settings, { forgedTransmits: true, macChanges: true }));
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'port-group-vlan',
    kind: 'attachment',
    why: 'the guest tags VLANs itself, and the port group tags: the tags of the guest would vanish',
    world,
    spec,
    vms: [running],
    prepare: (stage) => addPortGroup(stage, 'vlan-20', { vlanId: 20 }),
    attachments: { 'db-01': { ...shutDown, network: { portGroup: 'vlan-20', guestNeeds: ['VlanTags'] } } },
    expect: { ...ready, attachments: { 'db-01': 'PortGroupPolicyRejects' } },
    verify: (stage) => {
      untouched(vmOf(stage));
      says(stage, /its VLAN is 20/);
      if (statusOf(stage).network?.vlan !== '20') throw new Error('status does not show the VLAN');
    },
  },
  {
    name: 'port-group-trunk',
    kind: 'attachment',
    why: 'a distributed port group that is a trunk lets the guest tag; status shows VLAN, MTU and policy',
    world,
    spec,
    vcenter: true,
    vms: [running],
    prepare: ({ lab, host }) => {
      const { inventory } = lab.vsphere;
      inventory.addSwitch({ name: 'dvs-trunk', datacenter: 'dc-01', hostIds: [host.world.id], portGroups: ['fabric-trunk'] });
      inventory.editNetwork('fabric-trunk', (settings) => Object.assign(settings, { trunk: [{ start: 0, end: 4094 }], mtu: 9000 }));
    },
    attachments: { 'db-01': { ...shutDown, guestMtuChange: true, network: { portGroup: 'fabric-trunk', guestNeeds: ['VlanTags'] } } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      works(vmOf(stage));
      warns(stage);
      const { network } = statusOf(stage);
      const wanted = { portGroup: 'fabric-trunk', vlan: '0-4094', mtu: 9000 };
      const policy = { macAddressChanges: false, forgedTransmits: false, promiscuousMode: false };
      if (!isDeepStrictEqual(network, { ...wanted, ...policy })) throw new Error(`status.network is ${JSON.stringify(network)}`);
    },
  },
  {
    name: 'switch-mtu',
    kind: 'attachment',
    why: 'the guest may change its MTU, and the switch carries 1500 bytes: the card works, with a warning',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': { ...shutDown, guestMtuChange: true } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      works(vmOf(stage));
      warns(stage, 'SwitchMtuTooSmall');
    },
  },
  {
    name: 'guest-mtu-infiniband',
    kind: 'attachment',
    why: 'the MTU of an InfiniBand port is that of its partition: the setting is refused before the VM loses its power',
    world: { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX6Vpi }] },
    spec: {
      adapters: [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, linkType: 'InfiniBand', vfs: 4 }] }],
    },
    attachments: { 'db-01': { ...shutDown, guestMtuChange: true } },
    play: async (stage) => {
      await stage.lab.observer.untilCondition('SriovHost', stage.hostKey, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
      stage.lab.vsphere.inventory.addVm({ ...running, hostId: stage.host.world.id });
      await nudge(stage);
    },
    expect: { ready: true, restarts: 1, attachments: { 'db-01': 'GuestMtuChangeUnsupported' } },
    verify: (stage) => says(stage, /port 1 of adapter fabric0 is InfiniBand/),
  },
  {
    name: 'topology-will-change',
    kind: 'attachment',
    why: 'a card that has to be replaced is another device for the guest: announced while the VM still runs',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': shutDown },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      warns(stage);
      await stage.applyAttachment('db-01', { function: { adapter: 'fabric0', port: 2 }, powerPolicy: { powerOff: 'Never' } });
    },
    expect: { ...ready, attachments: { 'db-01': 'CardDrifted' }, vmPowerOffs: 1 },
    verify: (stage) => {
      warns(stage, 'GuestTopologyWillChange');
      works(vmOf(stage));
    },
  },
];
