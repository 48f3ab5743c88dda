/** The operator may die after any write, to Kubernetes or to vSphere: the next one ends where the first would have ended. */
import { describe, it } from '@jest/globals';
import { fakeCard, fakePhysicalFunction } from '../../support/fakes/vsphere.ts';
import { Crash } from '../../support/world/crashPoint.ts';
import { type CrashStory, expectSameEnding } from './crashStory.ts';
import { hostObject, OTHER_PF_MAC, PF, PF_MAC, Scene } from './scene.ts';

const dynamic = (scene: Scene): void => {
  const { macAddress: _static, ...spec } = scene.object().spec;
  scene.cluster.put('SriovVmAttachment', { ...scene.object(), spec });
};

const attached = async (options: ConstructorParameters<typeof Scene>[0] = { vm: { powerState: 'poweredOn' } }): Promise<Scene> => {
  const scene = new Scene(options);
  scene.attach();
  await scene.settle();
  return scene;
};

const STORIES: readonly CrashStory[] = [
  {
    why: 'attaching to a running VM by power-off',
    scene: async () => new Scene({ vm: { powerState: 'poweredOn' } }),
    begin: (scene) => scene.attach(),
  },
  {
    why: 'attaching to a running VM by guest shutdown',
    scene: async () => new Scene({ vm: { powerState: 'poweredOn' } }),
    begin: (scene) => scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown' } }),
  },
  {
    why: 'attaching with a MAC address that vSphere chooses, beside a card of somebody else on the same physical function',
    scene: async () =>
      new Scene({ vm: { powerState: 'poweredOn', memoryLockedToMax: true, sriovCards: [fakeCard(4000, { physicalFunction: PF })] } }),
    begin: (scene) => {
      scene.attach();
      dynamic(scene);
    },
  },
  {
    why: 'moving a running VM from another host, and attaching to it',
    scene: async () => {
      const scene = new Scene({ vm: { powerState: 'poweredOn', hostMoRef: 'host-2' } });
      const [host] = scene.vsphere.hosts.values();
      if (host !== undefined) scene.vsphere.hosts.set('host-2', { ...host, moRef: 'host-2', name: 'esx-02.example.com' });
      return scene;
    },
    begin: (scene) => scene.attach('a', { relocation: 'Cold' }),
  },
  {
    why: 'taking the VM out of DRS, attaching, and bringing both back',
    scene: async () => {
      const scene = new Scene({ vm: { powerState: 'poweredOn' } });
      scene.vsphere.drs = { cluster: 'edge', drs: 'FullyAutomated', otherHosts: 1, levelOfVm: { 'vm-1': 'Manual' } };
      return scene;
    },
    begin: (scene) => scene.attach('a', { drsOverride: 'Disable' }),
  },
  {
    why: 'attaching to a VM that is off and powering it on',
    scene: async () => new Scene(),
    begin: (scene) => scene.attach('a', { powerPolicy: { powerOn: true } }),
  },
  {
    why: 'moving the card to another port',
    scene: () => attached(),
    begin: (scene) => scene.change('a', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } }),
  },
  {
    why: 'moving a card whose MAC address vSphere chose',
    scene: async () => {
      const scene = await attached();
      dynamic(scene);
      await scene.settle();
      return scene;
    },
    begin: (scene) => scene.change('a', { network: { portGroup: 'other' } }),
  },
  {
    why: 'following a physical function whose PCI address moved',
    scene: () => attached(),
    begin: (scene) => {
      const [host] = scene.vsphere.hosts.values();
      const object = scene.cluster.hosts.get('lab/esx-01');
      if (host === undefined || object === undefined) return;
      const physicalFunctions = [
        { ...fakePhysicalFunction(PF, 8), macAddress: OTHER_PF_MAC },
        { ...fakePhysicalFunction('0000:5e:00.0', 8), macAddress: PF_MAC },
      ];
      scene.vsphere.hosts.set('host-1', { ...host, physicalFunctions });
      const ports = [{ number: 1, pciAddress: '0000:5e:00.0', macAddress: PF_MAC, vfs: { present: 8 } }];
      scene.cluster.put('SriovHost', { ...object, status: { ...object.status, adapters: [{ name: 'fabric0', ports }] } });
    },
  },
  {
    why: 'losing the permission for the VM: what is off is powered on, and the rest stays as it is',
    scene: async () => {
      const scene = new Scene({ vm: { powerState: 'poweredOn' } });
      scene.attach();
      scene.vsphere.afterWrite = () => scene.crash(new Crash('before the card is in'));
      await scene.settle().catch(() => undefined);
      scene.vsphere.afterWrite = () => undefined;
      scene.restart();
      return scene;
    },
    begin: (scene) => scene.cluster.put('SriovHost', hostObject({ attachments: { from: 'Same', vmPaths: ['/dc/vm/other/**'] } })),
    leastWrites: 2,
  },
  {
    why: 'taking the card back out of a VM that does not power on with it',
    scene: async () => {
      const scene = new Scene({ vm: { powerState: 'poweredOn' } });
      scene.vsphere.refusesCards = true;
      return scene;
    },
    begin: (scene) => scene.attach(),
  },
  {
    why: 'giving up on a VM that was off and does not power on with its card',
    scene: async () => {
      const scene = new Scene();
      scene.vsphere.refusesCards = true;
      return scene;
    },
    begin: (scene) => scene.attach('a', { powerPolicy: { powerOn: true } }),
  },
  { why: 'detaching from a running VM', scene: () => attached(), begin: (scene) => scene.delete('a') },
  { why: 'detaching from a VM that is off', scene: () => attached({}), begin: (scene) => scene.delete('a') },
];

/** The end of a story, without what depends on when it ended. */
function ending(scene: Scene): unknown {
  const object = scene.find();
  const isGone = object === undefined || (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.length === 0);
  const { vm, device, restore, power, change, refused, died, conditions } = (isGone ? undefined : object.status) ?? {};
  return {
    object: isGone ? 'gone' : { vm, device, restore, power, change, refused, died },
    conditions: conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    vm: { ...scene.vm(), changeVersion: '' },
  };
}

describe.each(STORIES)('a crash while $why', (story) => {
  it('changes nothing about the end, whichever write it comes after', async () => {
    await expectSameEnding(story, ending);
  });
});
