/** The operator may die after any write, to Kubernetes or to vSphere: the next one ends where the first would have ended. */
import { describe, expect, it } from '@jest/globals';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { PF, Scene } from './scene.ts';

class Crash extends Error {}

interface Story {
  readonly why: string;
  readonly scene: () => Promise<Scene>;
  /** What happens while writes are counted. */
  readonly begin: (scene: Scene) => void;
}

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

const STORIES: readonly Story[] = [
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
    why: 'attaching to a VM that is off and powering it on',
    scene: async () => new Scene(),
    begin: (scene) => scene.attach('a', { powerPolicy: { powerOn: true } }),
  },
  {
    why: 'moving the card to another port',
    scene: () => attached(),
    begin: (scene) => scene.change('a', { function: { adapter: 'fabric0', port: 2 } }),
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
  { why: 'detaching from a running VM', scene: () => attached(), begin: (scene) => scene.delete('a') },
  { why: 'detaching from a VM that is off', scene: () => attached({}), begin: (scene) => scene.delete('a') },
];

/** The end of a story, without what depends on when it ended. */
function ending(scene: Scene): unknown {
  const object = scene.find();
  const isGone = object === undefined || (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.length === 0);
  const { vm, device, restore, power, change, refused, conditions } = (isGone ? undefined : object.status) ?? {};
  return {
    object: isGone ? 'gone' : { vm, device, restore, power, change, refused },
    conditions: conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`),
    vm: { ...scene.vm(), changeVersion: '' },
  };
}

async function play(story: Story, crashAfter: number): Promise<{ readonly scene: Scene; readonly crashed: boolean }> {
  const scene = await story.scene();
  story.begin(scene);
  let writes = 0;
  let crashed = false;
  const mayCrash = (): void => {
    writes += 1;
    if (writes !== crashAfter) return;
    crashed = true;
    scene.crash(new Crash('the operator dies'));
  };
  scene.cluster.afterWrite = mayCrash;
  scene.vsphere.afterWrite = mayCrash;
  try {
    await scene.settle();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    scene.restart();
    await scene.settle();
  }
  return { scene, crashed };
}

describe.each(STORIES)('a crash while $why', (story) => {
  it('changes nothing about the end, whichever write it comes after', async () => {
    const calm = await play(story, 0);
    const expected = ending(calm.scene);
    let crashes = 0;
    for (let k = 1; k < 40; k += 1) {
      const { scene, crashed } = await play(story, k);
      if (!crashed) break;
      crashes += 1;
      expect({ k, end: ending(scene) }).toEqual({ k, end: expected });
    }
    expect(crashes).toBeGreaterThan(2);
  });
});
