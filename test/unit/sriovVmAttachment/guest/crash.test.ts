/** The operator may die after any write, also to the guest: the Subnet Manager ends as declared, and none runs with an old configuration. */
import { describe, expect, it } from '@jest/globals';
import { type CrashStory, expectSameEnding } from '../crashStory.ts';
import { CONFIG, DROP_IN, IbScene } from './ibScene.ts';

const managed = async (systemd = true): Promise<IbScene> => {
  const scene = new IbScene({ systemd });
  scene.attachManager();
  await scene.settle();
  return scene;
};

const spoilConfig = (scene: IbScene): void => {
  scene.manager.files.set(CONFIG, { content: 'lmc 1\nvirt_enabled 0\n', permissions: 0o644 });
};

const STORIES: readonly CrashStory<IbScene>[] = [
  {
    why: 'making a VM the Subnet Manager as a service',
    scene: async () => new IbScene(),
    begin: (scene) => scene.attachManager(),
    leastWrites: 8,
  },
  {
    why: 'making a VM the Subnet Manager as a daemon',
    scene: async () => new IbScene({ systemd: false }),
    begin: (scene) => scene.attachManager(),
    leastWrites: 6,
  },
  {
    why: 'making a VM the Subnet Manager that gets a virtual function at the same time',
    scene: async () => new IbScene(),
    begin: (scene) => {
      scene.attachManager();
      scene.attachFunction('vf', { vm: { name: 'sm-01' } });
    },
    leastWrites: 12,
  },
  { why: 'changing a configuration under a service', scene: () => managed(), begin: spoilConfig, leastWrites: 3 },
  { why: 'changing a configuration under a daemon', scene: () => managed(false), begin: spoilConfig, leastWrites: 3 },
  {
    why: 'moving to another configuration file',
    scene: () => managed(),
    begin: (scene) => {
      const { subnetManager } = scene.object('sm').spec;
      scene.change('sm', { subnetManager: { ...subnetManager, configFile: '/etc/other.conf' } });
    },
    leastWrites: 4,
  },
  {
    why: 'moving to another configuration file under a daemon',
    scene: () => managed(false),
    begin: (scene) => {
      const { subnetManager } = scene.object('sm').spec;
      scene.change('sm', { subnetManager: { ...subnetManager, configFile: '/etc/other.conf' } });
    },
    leastWrites: 3,
  },
];

function ending(scene: IbScene): unknown {
  const { subnetManager, link, conditions } = scene.object('sm').status ?? {};
  return {
    subnetManager,
    link,
    conditions: conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    devices: scene.vm('vm-2').sriovCards.length + (scene.vm('vm-2').passthrough ?? []).length,
    powerOffs: scene.vsphere.writes.filter((write) => write === 'powerOff vm-2').length,
    running: scene.running(),
    files: [CONFIG, '/etc/other.conf', DROP_IN].map((path) => scene.manager.read(path)),
    left: scene.manager.glob('/tmp/*'),
    virtualization: scene.fabric.masterOf('default')?.virtualization,
  };
}

describe.each(STORIES)('a crash while $why', (story) => {
  it('changes nothing about the end, whichever write it comes after', async () => {
    const calm = await expectSameEnding(story, ending);
    expect(calm.vsphere.writes.filter((write) => write === 'powerOff vm-2')).toHaveLength(1);
    expect(calm.verdict('SubnetManagerReady', 'sm')).toBe('SubnetManagerReady=True SubnetManagerMaster');
  });
});
