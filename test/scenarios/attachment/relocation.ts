/** A VM on another host of the vCenter than the one whose function it is to get. */
import { SimFault } from '../../simulator/world/vmFault.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { annotate, ready, running, says, shutDown, spec, untouched, vmOf, works, world } from './parts.ts';

const COLD = { relocation: 'Cold' } as const;

function moved(stage: Stage): void {
  if (vmOf(stage).hostId !== stage.host.world.id) throw new Error('the VM was not moved to the host');
}

const elsewhere = { kind: 'attachment', world, spec, vcenter: true, otherHosts: [{}] } as const;

export const RELOCATION: readonly Scenario[] = [
  {
    ...elsewhere,
    name: 'vm-relocated-off',
    why: 'a VM that is off on another host is moved where that is allowed, and gets its card',
    vms: [{ name: 'db-01', onOtherHost: 0 }],
    attachments: { 'db-01': COLD },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 0 },
    verify: moved,
  },
  {
    ...elsewhere,
    name: 'vm-relocated-running',
    why: 'a running VM is shut down once, moved, given its card and started again on the host that has the function',
    vms: [{ ...running, onOtherHost: 0 }],
    attachments: { 'db-01': { ...shutDown, ...COLD } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      moved(stage);
      works(vmOf(stage));
    },
  },
  {
    ...elsewhere,
    name: 'vm-relocation-files-local',
    why: 'files on a local datastore of the other host stay there: told before the VM loses its power',
    vms: [{ ...running, onOtherHost: 0, localFiles: true }],
    attachments: { 'db-01': { ...shutDown, ...COLD } },
    expect: { ...ready, attachments: { 'db-01': 'DatastoreNotReachable' } },
    verify: (stage) => {
      says(stage, /local-/);
      untouched(vmOf(stage));
    },
  },
  {
    ...elsewhere,
    name: 'vm-relocation-refused',
    why: 'vSphere refuses to move the VM: told with its words, and moved after a retry once the cause is gone',
    vms: [{ name: 'db-01', onOtherHost: 0 }],
    prepare: (stage) => {
      const refuse = (): never => {
        throw new SimFault('GenericVmConfigFault', 'the network of the VM is not on the host');
      };
      stage.lab.vsphere.inventory.hooks.beforeNext('relocate', refuse, vmOf(stage));
    },
    attachments: { 'db-01': COLD },
    expect: { ...ready, attachments: { 'db-01': 'RelocationFailed' } },
    remedy: async (stage) => await annotate(stage, 'sriov.esxi.io/retry=1'),
  },
  {
    ...elsewhere,
    name: 'vm-relocation-power-kept',
    why: 'permission to move is none to power off',
    vms: [{ ...running, onOtherHost: 0 }],
    attachments: { 'db-01': COLD },
    expect: { ...ready, attachments: { 'db-01': 'PowerOffNotAllowed' } },
    verify: (stage) => untouched(vmOf(stage)),
  },
];
