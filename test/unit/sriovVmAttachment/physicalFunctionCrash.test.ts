/** The operator may die after any write while a VM gets a whole physical function, or loses it: the end is the same, and so is the price. */
import { describe, expect, it } from '@jest/globals';
import { type CrashStory, expectSameEnding } from './crashStory.ts';
import { attachWhole, wholeScene } from './physicalFunctionScene.ts';
import type { Scene } from './scene.ts';

const SECOND_PORT = { kind: 'Virtual', adapter: 'fabric0', port: 2 } as const;

/** The physical function and two cards with addresses that vSphere chooses: three attachments of one running VM. */
async function three({ attached }: { readonly attached: boolean }): Promise<Scene> {
  const scene = wholeScene({ vm: { powerState: 'poweredOn', memoryReservationMB: 512 } });
  if (attached) {
    attachThree(scene);
    await scene.settle();
    scene.vsphere.writes.length = 0;
  }
  return scene;
}

function attachThree(scene: Scene): void {
  attachWhole(scene);
  scene.attach('b', { function: SECOND_PORT, macAddress: '00:50:56:3f:00:0b' });
  scene.attach('c', { function: SECOND_PORT, macAddress: '00:50:56:3f:00:0c' });
}

const STORIES: readonly CrashStory[] = [
  {
    why: 'a running VM gets it',
    scene: async () => wholeScene({ vm: { powerState: 'poweredOn' } }),
    begin: (scene) => attachWhole(scene),
  },
  {
    why: 'a running VM gets it together with two SR-IOV cards',
    scene: () => three({ attached: false }),
    begin: attachThree,
    leastWrites: 10,
  },
  {
    why: 'a running VM loses it',
    scene: async () => {
      const scene = wholeScene({ vm: { powerState: 'poweredOn' } });
      attachWhole(scene);
      await scene.settle();
      scene.vsphere.writes.length = 0;
      return scene;
    },
    begin: (scene) => scene.delete('a'),
  },
  {
    why: 'a running VM loses it together with two SR-IOV cards',
    scene: () => three({ attached: true }),
    begin: (scene) => {
      for (const name of ['b', 'a', 'c']) scene.delete(name);
    },
    leastWrites: 8,
  },
  {
    why: 'one card goes while another one comes',
    scene: () => three({ attached: true }),
    begin: (scene) => {
      scene.delete('b');
      scene.attach('d', { function: SECOND_PORT, macAddress: '00:50:56:3f:00:0d' });
    },
    leastWrites: 6,
  },
];

function ending(scene: Scene): unknown {
  // As the API server does: a deleted object goes with its last finalizer.
  const there = scene.cluster.attachments
    .list()
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0);
  const objects = there.map(({ metadata, status }) => {
    const { vm, device, restore, power, change, refused } = status ?? {};
    return { name: metadata.name, vm, device, restore, power, change, refused, finalizers: metadata.finalizers };
  });
  return { objects, powerOffs: powerOffs(scene), vm: { ...scene.vm(), changeVersion: '' } };
}

function powerOffs(scene: Scene): number {
  return scene.vsphere.writes.filter((write) => write.startsWith('powerOff')).length;
}

describe.each(STORIES)('a crash while $why', (story) => {
  it('changes nothing about the end, and one power-off is enough, whichever write it comes after', async () => {
    expect(powerOffs(await expectSameEnding(story, ending))).toBe(1);
  });
});
