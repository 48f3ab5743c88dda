/** The manual's second section: a virtual function for a VM, and back again. */
import { FABRIC0 } from '../host/ethernet.ts';
import type { Scenario } from '../scenario.ts';
import { ready, shutDown, spec, world } from './parts.ts';

export const BASICS: readonly Scenario[] = [
  {
    name: 'attach',
    kind: 'attachment',
    why: 'a running VM, permission to shut it down: one power-off, card, locked memory, running again with a VF',
    world,
    spec,
    vms: [{ name: 'db-01', powerState: 'poweredOn' }],
    attachments: { 'db-01': { ...shutDown, macAddress: '00:50:56:3f:00:01' } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: ({ vms: [vm], lab, namespace }) => {
      if (vm?.powerState !== 'poweredOn' || !vm.memoryLockedToMax) throw new Error('the VM does not run with locked memory');
      const status = lab.observer.get('SriovVmAttachment', `${namespace}/db-01`)?.status;
      if (status?.device?.macAddress?.toLowerCase() !== '00:50:56:3f:00:01')
        throw new Error(`MAC address is ${status?.device?.macAddress}`);
      if (status.device.virtualFunction === undefined) throw new Error('no virtual function is reported');
    },
  },
  {
    name: 'attach-powered-off',
    kind: 'attachment',
    why: 'a VM that is off stays off unless asked otherwise',
    world,
    spec,
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': {} },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' } },
    verify: ({ vms: [vm] }) => {
      if (vm?.powerState !== 'poweredOff' || vm.counters.powerOns !== 0) throw new Error('the VM was powered on without being asked');
    },
  },
  {
    name: 'attach-power-on',
    kind: 'attachment',
    why: 'powerOn asks for a VM that runs',
    world,
    spec,
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': { powerPolicy: { powerOn: true } } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' } },
    verify: ({ vms: [vm] }) => {
      if (vm?.powerState !== 'poweredOn') throw new Error('the VM does not run');
    },
  },
  {
    name: 'attach-no-permission',
    kind: 'attachment',
    why: 'powerOff Never: a running VM is never touched, the attachment waits and says so',
    world,
    spec,
    vms: [{ name: 'db-01', powerState: 'poweredOn' }],
    attachments: { 'db-01': {} },
    expect: { ...ready, attachments: { 'db-01': 'PowerOffNotAllowed' } },
  },
  {
    name: 'detach',
    kind: 'attachment',
    why: 'deletion takes the card out, restores the memory setting, and leaves the VM running',
    world,
    spec,
    vms: [{ name: 'db-01', powerState: 'poweredOn' }],
    attachments: { 'db-01': shutDown },
    play: async ({ lab, namespace }) => {
      const key = `${namespace}/db-01`;
      await lab.observer.untilCondition('SriovVmAttachment', key, { type: 'Ready', status: 'True' });
      await lab.remove('sva', namespace, 'db-01');
      await lab.observer.until('SriovVmAttachment', key, (object) => object === undefined, { what: 'being gone' });
    },
    expect: { ...ready, vmPowerOffs: 2 },
    verify: ({ vms: [vm] }) => {
      if (vm === undefined) return;
      if (vm.memoryLockedToMax || vm.memoryReservationMB !== 0) throw new Error('the memory setting was not restored');
      if (vm.devices.some(({ kind }) => kind === 'Sriov')) throw new Error('the card is still there');
      if (vm.powerState !== 'poweredOn') throw new Error('the VM does not run again');
    },
  },
  {
    name: 'vm-not-found',
    kind: 'attachment',
    why: 'no VM of that name',
    world,
    spec,
    attachments: { ghost: {} },
    expect: { ...ready, attachments: { ghost: 'VmNotFound' } },
  },
  {
    name: 'vm-found-twice',
    kind: 'attachment',
    why: 'two VMs of the same name in two folders: never guessed, both are listed',
    world,
    spec,
    vms: [
      { name: 'db-01', folders: ['a'] },
      { name: 'db-01', folders: ['b'] },
    ],
    attachments: { 'db-01': {} },
    expect: { ...ready, attachments: { 'db-01': 'VmAmbiguous' } },
  },
  {
    name: 'port-group-missing',
    kind: 'attachment',
    why: 'the port group is checked before the VM is powered off',
    world,
    spec,
    vms: [{ name: 'db-01', powerState: 'poweredOn' }],
    attachments: { 'db-01': { ...shutDown, network: { portGroup: 'no-such-network' } } },
    expect: { ...ready, attachments: { 'db-01': 'PortGroupNotFound' } },
  },
  {
    name: 'no-free-vf',
    kind: 'attachment',
    why: 'one VF, two VMs: the second waits without being powered off',
    world: { ...world, moduleOptions: 'max_vfs=1,0' },
    spec: { adapters: [{ ...FABRIC0, ports: [{ number: 1, vfs: 1 }] }] },
    vms: [{ name: 'db-01' }, { name: 'db-02', powerState: 'poweredOn' }],
    attachments: { 'db-01': { powerPolicy: { powerOn: true } } },
    play: async ({ lab, namespace, applyAttachment }) => {
      await lab.observer.untilCondition('SriovVmAttachment', `${namespace}/db-01`, { type: 'Ready', status: 'True' });
      await applyAttachment('db-02', shutDown);
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded', 'db-02': 'NoFreeVirtualFunction' } },
  },
];
