/** Which VM is meant, and VMs that cannot take a virtual function: told before anything loses its power. */
import type { NewVm } from '../../simulator/world/vm.ts';
import type { Scenario } from '../scenario.ts';
import { ready, running, shutDown, spec, untouched, vmOf, works, world } from './parts.ts';

const UUID = '503f1111-5a1e-4c00-8000-000000000001';

/** A VM that runs, permission to shut it down, and an obstacle: the VM is left alone. */
function obstacle(
  name: string,
  row: { readonly why: string; readonly reason: string; readonly vm: Partial<Omit<NewVm, 'hostId'>> },
): Scenario {
  return {
    name,
    kind: 'attachment',
    why: row.why,
    world,
    spec,
    vms: [{ ...running, ...row.vm }],
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': row.reason } },
    verify: (stage) => untouched(vmOf(stage)),
  };
}

/** Two VMs of one name on a vCenter; the second is meant. */
function chosen(name: string, why: string, vm: Readonly<Record<string, unknown>>): Scenario {
  return {
    name,
    kind: 'attachment',
    why,
    world,
    spec,
    vcenter: true,
    vms: [
      { ...running, folders: ['tenant-b'] },
      { ...running, folders: ['tenant-a'], instanceUuid: UUID },
    ],
    attachments: { 'db-01': { ...shutDown, vm } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      untouched(vmOf(stage));
      works(vmOf(stage, 1));
    },
  };
}

export const FINDING: readonly Scenario[] = [
  chosen('vm-by-path', 'an inventory path tells two VMs of one name apart', { inventoryPath: '/dc-01/vm/tenant-a/db-01' }),
  chosen('vm-by-uuid', 'so does the instance UUID', { instanceUuid: UUID }),
  {
    name: 'vm-by-moref',
    kind: 'attachment',
    why: 'and so does the reference that the vCenter gives the VM',
    world,
    spec,
    vcenter: true,
    vms: [running, running],
    play: async (stage) => await stage.applyAttachment('db-01', { ...shutDown, vm: { moRef: `vm-${vmOf(stage, 1).number}` } }),
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      untouched(vmOf(stage));
      works(vmOf(stage, 1));
    },
  },
  {
    name: 'vm-on-other-host',
    kind: 'attachment',
    why: 'a virtual function belongs to its host: a VM elsewhere in the vCenter is left alone',
    world,
    spec,
    vcenter: true,
    otherHosts: [{}],
    vms: [{ ...running, onOtherHost: 0 }],
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'VmOnOtherHost' } },
    verify: (stage) => untouched(vmOf(stage)),
  },
  {
    name: 'vm-moves-here',
    kind: 'attachment',
    why: 'a VM that is moved to the host gets its card without being asked for again',
    world,
    spec,
    vcenter: true,
    otherHosts: [{}],
    vms: [{ name: 'db-01', onOtherHost: 0 }],
    attachments: { 'db-01': {} },
    play: async (stage) => {
      await stage.lab.observer.until('SriovVmAttachment', `${stage.namespace}/db-01`, (object) => object?.status?.conditions !== undefined);
      stage.lab.vsphere.inventory.moveVm(vmOf(stage), stage.host.world.id);
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' } },
  },
  obstacle('vm-is-template', { why: 'a template is no VM', reason: 'VmIsTemplate', vm: { template: true, powerState: 'poweredOff' } }),
  obstacle('vm-has-snapshot', { why: 'vSphere allows no snapshots with SR-IOV', reason: 'VmHasSnapshot', vm: { hasSnapshot: true } }),
  obstacle('vm-suspended', {
    why: 'a suspended VM can neither be changed nor started',
    reason: 'VmSuspended',
    vm: { powerState: 'suspended' },
  }),
  obstacle('vm-hardware-old', {
    why: 'virtual hardware before version 10 knows no SR-IOV card',
    reason: 'HardwareVersionTooOld',
    vm: { hardwareVersion: 'vmx-8' },
  }),
  obstacle('vm-cards-full', {
    why: 'vSphere allows ten network cards in a VM',
    reason: 'TooManyDevices',
    vm: { vmxnet3: Array.from({ length: 10 }, () => 'VM Network') },
  }),
  {
    ...obstacle('vm-has-question', { why: 'a pending question blocks every power operation', reason: 'VmHasQuestion', vm: {} }),
    prepare: (stage) => {
      vmOf(stage).question = 'The VM has been moved or copied. Did you move it or copy it?';
    },
  },
];
