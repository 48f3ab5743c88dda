/** Deletion: the card comes out, or the object goes for a reason that is told. */
import type { Scenario } from '../scenario.ts';
import { annotate, cardsOf, gone, reach, ready, remove, running, shutDown, spec, vmOf, works, world } from './parts.ts';

const basis = { kind: 'attachment', world, spec, vms: [running], attachments: { 'db-01': shutDown } } as const;

export const REMOVAL: readonly Scenario[] = [
  {
    ...basis,
    name: 'detach-retain',
    why: 'Retain: object gone, card and memory lock stay, no power-off',
    attachments: { 'db-01': { ...shutDown, deletionPolicy: 'Retain' } },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      await remove(stage);
    },
    expect: { ...ready, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    ...basis,
    name: 'detach-vm-gone',
    why: 'the VM was deleted: there is nothing to take the card out of',
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      stage.lab.vsphere.inventory.removeVm(vmOf(stage));
      await remove(stage);
    },
    expect: { ...ready, vmPowerOffs: 1 },
  },
  {
    ...basis,
    name: 'detach-host-gone',
    why: 'the SriovHost was deleted first: nobody knows the server any more, and the object does not stay for ever',
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      await stage.lab.remove('srh', stage.namespace, stage.host.world.name);
      await stage.lab.observer.until('SriovHost', stage.hostKey, (object) => object === undefined, { what: 'being gone' });
      await remove(stage);
      await stage.applyHost();
    },
    expect: { ...ready, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    ...basis,
    name: 'detach-abandoned',
    why: 'the vCenter is away: deletion waits for it, unless the attachment is abandoned',
    vcenter: true,
    play: async (stage) => {
      const { misbehaviours } = stage.vcenter?.endpoint.service ?? {};
      await reach(stage, 'Succeeded');
      misbehaviours?.add({ kind: 'httpError', status: 503 });
      await stage.lab.remove('sva', stage.namespace, 'db-01');
      await reach(stage, 'VsphereUnreachable');
      await annotate(stage, 'sriov.esxi.io/abandon=');
      await gone(stage);
      misbehaviours?.remove('httpError');
    },
    expect: { ...ready, vmPowerOffs: 1 },
    verify: (stage) => works(vmOf(stage)),
  },
  {
    ...basis,
    name: 'detach-not-allowed',
    why: 'a running VM that may not be powered off keeps its card until somebody powers it off',
    vms: [{ name: 'db-01' }],
    attachments: { 'db-01': { powerPolicy: { powerOn: true } } },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      await stage.lab.remove('sva', stage.namespace, 'db-01');
      await reach(stage, 'PowerOffNotAllowed');
      works(vmOf(stage));
      stage.lab.vsphere.inventory.power.off(vmOf(stage));
      await gone(stage);
    },
    // Ours is none: the one that counts is made by hand.
    expect: { ...ready, vmPowerOffs: 1 },
    verify: (stage) => {
      if (cardsOf(vmOf(stage)).length > 0 || vmOf(stage).memoryLockedToMax) throw new Error('the VM is not as it was');
    },
  },
  {
    ...basis,
    name: 'detach-before-attach',
    why: 'deleted while it still waits: nothing was done, so nothing is taken back',
    vms: [running],
    attachments: { 'db-01': {} },
    play: async (stage) => {
      await reach(stage, 'PowerOffNotAllowed');
      await remove(stage);
    },
    expect: ready,
  },
];
