/** Who gets a virtual function when there are too few, and cards that are not ours. */
import type { Scenario } from '../scenario.ts';
import {
  addForeignCard,
  cardsOf,
  oneFunction,
  reach,
  ready,
  remove,
  running,
  says,
  shutDown,
  spec,
  untouched,
  vmOf,
  works,
  world,
} from './parts.ts';

const FOREIGN = '00:50:56:3f:0f:01';

export const CAPACITY: readonly Scenario[] = [
  {
    name: 'two-vms-one-vf',
    kind: 'attachment',
    why: 'two running VMs ask for one virtual function at once: one loses its power once, the other not at all',
    ...oneFunction,
    vms: [running, { ...running, name: 'db-02' }],
    attachments: { 'db-01': shutDown, 'db-02': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded', 'db-02': 'NoFreeVirtualFunction' }, vmPowerOffs: 1 },
    verify: (stage) => {
      works(vmOf(stage));
      untouched(vmOf(stage, 1));
      says(stage, /db-01/, 'db-02');
    },
  },
  {
    name: 'vf-freed',
    kind: 'attachment',
    why: 'the virtual function that is given back goes to the one that waits for it',
    ...oneFunction,
    vms: [running, { ...running, name: 'db-02' }],
    attachments: { 'db-01': shutDown },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      await stage.applyAttachment('db-02', shutDown);
      await reach(stage, 'NoFreeVirtualFunction', 'db-02');
      await remove(stage);
    },
    expect: { ...ready, attachments: { 'db-02': 'Succeeded' }, vmPowerOffs: 3 },
    verify: (stage) => works(vmOf(stage, 1)),
  },
  {
    name: 'foreign-card-counts',
    kind: 'attachment',
    why: 'a card that somebody added by hand holds its virtual function, also while its VM is off',
    ...oneFunction,
    vms: [running, { name: 'by-hand' }],
    prepare: (stage) => addForeignCard(stage, vmOf(stage, 1), { macAddress: FOREIGN }),
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'NoFreeVirtualFunction' } },
    verify: (stage) => {
      untouched(vmOf(stage));
      says(stage, /by-hand/);
    },
  },
  {
    name: 'foreign-card-stays',
    kind: 'attachment',
    why: 'a card that somebody added to the same VM is never touched, and neither is the memory lock that it needs',
    world,
    spec,
    vms: [{ name: 'db-01' }],
    prepare: (stage) => addForeignCard(stage, vmOf(stage), { macAddress: FOREIGN }),
    attachments: { 'db-01': { macAddress: '00:50:56:3f:00:03' } },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      if (cardsOf(vmOf(stage)).length !== 2) throw new Error('there are not two cards');
      await remove(stage);
    },
    expect: ready,
    verify: (stage) => {
      const vm = vmOf(stage);
      if (
        cardsOf(vm)
          .map(({ macAddress }) => macAddress)
          .join() !== FOREIGN
      )
        throw new Error('the foreign card is not what is left');
      if (!vm.memoryLockedToMax) throw new Error('the memory is not locked any more');
    },
  },
];
