/** Port group, MAC address and MTU of the card. */
import type { Scenario } from '../scenario.ts';
import { cardsOf, ready, remove, running, says, shutDown, spec, statusOf, untouched, vmOf, works, world } from './parts.ts';

const MAC = '00:50:56:3f:00:02';

export const NETWORK: readonly Scenario[] = [
  {
    name: 'port-group-distributed',
    kind: 'attachment',
    why: 'a distributed port group is found by its name and given by its key',
    world,
    spec,
    vcenter: true,
    vms: [running],
    prepare: ({ lab, host }) => {
      const portGroups = ['fabric-dvs'];
      lab.vsphere.inventory.addSwitch({ name: 'dvs-port-group', datacenter: 'dc-01', hostIds: [host.world.id], portGroups });
    },
    attachments: { 'db-01': { ...shutDown, network: { portGroup: 'fabric-dvs' } } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      works(vmOf(stage));
      const kind = cardsOf(vmOf(stage))[0]?.network.kind;
      if (kind !== 'Distributed') throw new Error(`the card is on a network of kind ${kind}`);
    },
  },
  {
    name: 'port-group-other-host',
    kind: 'attachment',
    why: 'a distributed port group that this host has not joined is none of its port groups',
    world,
    spec,
    vcenter: true,
    otherHosts: [{}],
    vms: [running],
    prepare: ({ lab, otherHosts }) => {
      const hostIds = otherHosts.map(({ world: other }) => other.id);
      lab.vsphere.inventory.addSwitch({ name: 'dvs-elsewhere', datacenter: 'dc-01', hostIds, portGroups: ['fabric-elsewhere'] });
    },
    attachments: { 'db-01': { ...shutDown, network: { portGroup: 'fabric-elsewhere' } } },
    expect: { ...ready, attachments: { 'db-01': 'PortGroupNotFound' } },
    verify: (stage) => untouched(vmOf(stage)),
  },
  {
    name: 'mac-automatic',
    kind: 'attachment',
    why: 'without a declared address vSphere chooses one, and status tells it',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      const [card] = cardsOf(vmOf(stage));
      if (card?.addressType === 'manual') throw new Error('the address was given to vSphere');
      if (statusOf(stage).device?.macAddress !== card?.macAddress) throw new Error('status tells another address');
    },
  },
  {
    name: 'mac-in-use',
    kind: 'attachment',
    why: 'an address that another card has, of whatever kind, is refused before the VM is powered off',
    world,
    spec,
    vms: [running, { name: 'web-01', vmxnet3: ['VM Network'] }],
    play: async (stage) => {
      const other = vmOf(stage, 1).devices.find((device) => device.kind === 'Vmxnet3');
      await stage.applyAttachment('db-01', { ...shutDown, macAddress: other?.macAddress });
    },
    expect: { ...ready, attachments: { 'db-01': 'MacAddressInUse' } },
    verify: (stage) => {
      untouched(vmOf(stage));
      says(stage, /web-01/);
    },
  },
  {
    name: 'mac-moves',
    kind: 'attachment',
    why: 'an address goes from one VM to another: the second waits until the first has let go',
    world,
    spec,
    vms: [running, { ...running, name: 'db-02' }],
    attachments: { 'db-01': { ...shutDown, macAddress: MAC } },
    play: async (stage) => {
      await stage.lab.observer.untilCondition('SriovVmAttachment', `${stage.namespace}/db-01`, { type: 'Ready', status: 'True' });
      await stage.applyAttachment('db-02', { ...shutDown, macAddress: MAC });
      await stage.lab.observer.untilCondition('SriovVmAttachment', `${stage.namespace}/db-02`, {
        type: 'Ready',
        status: 'False',
        reason: 'MacAddressInUse',
      });
      await remove(stage);
    },
    expect: { ...ready, attachments: { 'db-02': 'Succeeded' }, vmPowerOffs: 3 },
    verify: (stage) => works(vmOf(stage, 1)),
  },
  {
    name: 'guest-mtu-change',
    kind: 'attachment',
    why: 'guestMtuChange reaches the card',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': { ...shutDown, guestMtuChange: true } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      if (cardsOf(vmOf(stage))[0]?.allowGuestOsMtuChange !== true) throw new Error('the guest may not change the MTU');
    },
  },
];
