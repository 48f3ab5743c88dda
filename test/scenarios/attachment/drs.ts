/** A VM with a virtual function in a DRS cluster. */
import type { SimDrsLevel } from '../../simulator/world/inventoryDrs.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { reach, ready, remove, running, shutDown, spec, statusOf, vmOf, world } from './parts.ts';

const DISABLE = { drsOverride: 'Disable' } as const;

function cluster(stage: Stage): void {
  const { host, lab, otherHosts } = stage;
  for (const { world: member } of [host, ...otherHosts]) lab.vsphere.inventory.joinCluster(member.id, `cluster-${host.world.name}`);
}

function hasLevel(stage: Stage, level: SimDrsLevel | undefined): void {
  const own = stage.lab.vsphere.inventory.drs.ownLevelOf(vmOf(stage));
  if (own !== level) throw new Error(`the VM has the DRS level ${own ?? 'none'}, not ${level ?? 'none'}`);
}

const inCluster = { kind: 'attachment', world, spec, vcenter: true, otherHosts: [{}], vms: [running], prepare: cluster } as const;

export const DRS: readonly Scenario[] = [
  {
    ...inCluster,
    name: 'drs-override-set',
    why: 'DRS may place a VM on another host at power-on: where it is asked for, the VM is taken out of DRS first',
    attachments: { 'db-01': { ...shutDown, ...DISABLE } },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => {
      hasLevel(stage, 'Off');
      if (statusOf(stage).drsOverride?.found !== 'None') throw new Error('status does not tell what was found');
    },
  },
  {
    ...inCluster,
    name: 'drs-override-left',
    why: 'a cluster is not changed unless somebody asks for it',
    attachments: { 'db-01': shutDown },
    expect: { ...ready, attachments: { 'db-01': 'Succeeded' }, vmPowerOffs: 1 },
    verify: (stage) => hasLevel(stage, undefined),
  },
  {
    ...inCluster,
    name: 'drs-override-restored',
    why: 'deletion brings back the level that the VM had of its own',
    prepare: (stage) => {
      cluster(stage);
      stage.lab.vsphere.inventory.drs.setLevelOfVm(vmOf(stage), 'Manual');
    },
    attachments: { 'db-01': { ...shutDown, ...DISABLE } },
    play: async (stage) => {
      await reach(stage, 'Succeeded');
      hasLevel(stage, 'Off');
      await remove(stage);
    },
    expect: { ...ready, vmPowerOffs: 2 },
    verify: (stage) => hasLevel(stage, 'Manual'),
  },
];
