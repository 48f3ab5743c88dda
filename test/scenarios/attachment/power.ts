/** How the VM loses and gets back its power, also when somebody or something interferes. */
import { powerOnRefused, SimFault } from '../../simulator/world/vmFault.ts';
import type { Scenario } from '../scenario.ts';
import { annotate, cardsOf, OTHER_PF, PF, ready, running, says, shutDown, spec, untouched, vmOf, works, world } from './parts.ts';

const asked = { powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 1 } };
const insisted = { powerPolicy: { powerOff: 'GuestShutdownThenPowerOff', timeoutSeconds: 1 } };

export const POWER: readonly Scenario[] = [
  {
    name: 'guest-ignores',
    kind: 'attachment',
    why: 'a guest that does not shut down keeps running where no more is allowed',
    world,
    spec,
    vms: [running],
    prepare: (stage) => {
      vmOf(stage).guestShutdown = 'ignored';
    },
    attachments: { 'db-01': asked },
    expect: { ...ready, attachments: { 'db-01': 'GuestShutdownTimedOut' } },
  },
  {
    name: 'guest-ignores-then-off',
    kind: 'attachment',
    why: 'and loses its power after the time where that is allowed',
    world,
    spec,
    vms: [running],
    prepare: (stage) => {
      vmOf(stage).guestShutdown = 'ignored';
    },
    attachments: { 'db-01': insisted },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'tools-missing',
    kind: 'attachment',
    why: 'a guest without VMware Tools cannot be asked',
    world,
    spec,
    vms: [{ ...running, toolsInstalled: false }],
    attachments: { 'db-01': asked },
    expect: { ...ready, attachments: { 'db-01': 'GuestToolsNotRunning' } },
    verify: (stage) => untouched(vmOf(stage)),
  },
  {
    name: 'tools-missing-then-off',
    kind: 'attachment',
    why: 'and is powered off at once where that is allowed',
    world,
    spec,
    vms: [{ ...running, toolsInstalled: false }],
    attachments: { 'db-01': insisted },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
  },
  {
    name: 'power-off-hard',
    kind: 'attachment',
    why: 'PowerOff asks no guest',
    world,
    spec,
    vms: [running],
    attachments: { 'db-01': { powerPolicy: { powerOff: 'PowerOff' } } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      if (vmOf(stage).counters.guestShutdowns > 0) throw new Error('the guest was asked');
    },
  },
  {
    name: 'two-cards-one-power-off',
    kind: 'attachment',
    why: 'two attachments of one VM share its power-off',
    world,
    spec,
    vms: [running],
    attachments: {
      'card-a': { ...shutDown, vm: { name: 'db-01' } },
      'card-b': { ...shutDown, vm: { name: 'db-01' }, function: { adapter: 'fabric0', port: 2 } },
    },
    expect: { ...ready, attachments: { 'card-a': 'Succeeded', 'card-b': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      const cards = cardsOf(vmOf(stage));
      if (cards.length !== 2) throw new Error(`the VM has ${cards.length} cards`);
      const functions = cards.map(({ physicalFunction }) => physicalFunction.id);
      if (functions.join() !== `${PF},${OTHER_PF}`) throw new Error(`the cards came in the order ${functions.join()}`);
      if (cards.filter(({ virtualFunction }) => virtualFunction !== undefined).length !== 2) throw new Error('not both cards work');
    },
  },
  {
    name: 'powered-on-meanwhile',
    kind: 'attachment',
    why: 'somebody powers the VM on just before the change: it stays on, and the attachment waits',
    world,
    spec,
    vms: [{ name: 'db-01' }],
    prepare: (stage) => {
      const { inventory } = stage.lab.vsphere;
      inventory.hooks.beforeNext('reconfigure', (vm) => inventory.power.on(vm), vmOf(stage));
    },
    attachments: { 'db-01': {} },
    expect: { ...ready, attachments: { 'db-01': 'PowerOffNotAllowed' } },
    verify: (stage) => {
      if (cardsOf(vmOf(stage)).length > 0) throw new Error('a card was added');
    },
  },
  {
    name: 'edited-meanwhile',
    kind: 'attachment',
    why: 'somebody changes the VM between look and write: nothing is overwritten, and one power-off is enough all the same',
    world,
    spec,
    vms: [running],
    prepare: (stage) => {
      stage.lab.vsphere.inventory.hooks.beforeNext('reconfigure', (vm) => vm.touch(), vmOf(stage));
    },
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'power-on-without-vf',
    kind: 'attachment',
    why: 'the host has no virtual function left at power-on (KB 309346): the VM is powered on once there is one',
    world,
    spec,
    vms: [running],
    prepare: (stage) => {
      const text =
        'Failed to power on virtual machine db-01, pciPassthru:0: No SR-IOV virtual function (VF) is available for given physical function (PF) (0000:3b:00.0).';
      const refuse = (): never => {
        throw powerOnRefused(text);
      };
      stage.lab.vsphere.inventory.hooks.beforeNext('powerOn', refuse, vmOf(stage));
    },
    attachments: { 'db-01': shutDown },
    play: async ({ lab, namespace }) => {
      await lab.observer.untilCondition('SriovVmAttachment', `${namespace}/db-01`, {
        type: 'Ready',
        status: 'False',
        reason: 'NoFreeVirtualFunction',
      });
    },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    name: 'memory-refused',
    kind: 'attachment',
    why: 'the host cannot reserve the memory: the VM runs again as it was, and is not powered off for this again',
    world,
    spec,
    vms: [running],
    prepare: (stage) => {
      const refuse = (): never => {
        throw new SimFault(
          'InsufficientHostMemoryCapacityFault',
          'The host does not have sufficient memory resources to satisfy the reservation.',
        );
      };
      stage.lab.vsphere.inventory.hooks.beforeNext('reconfigure', refuse, vmOf(stage));
    },
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'ChangeRefused' }, vmPowerOffs: 1 },
    verify: (stage) => {
      const vm = vmOf(stage);
      if (vm.powerState !== 'poweredOn' || cardsOf(vm).length > 0) throw new Error('the VM is not as it was');
      says(stage, /memory/);
    },
    remedy: async (stage) => await annotate(stage, 'sriov.esxi.io/retry=1'),
  },
];
