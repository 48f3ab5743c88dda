/** What is read again just before a VM loses its power or changes: the decision rests on it. */
import { describe, expect, it } from '@jest/globals';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { MAC, PF, Scene } from './scene.ts';

const running = (more: object = {}) => new Scene({ vm: { powerState: 'poweredOn', ...more } });

describe('the look before the power-off', () => {
  it('stops when the VM was changed since the plan was made', async () => {
    const scene = running();
    scene.attach();
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power === undefined || scene.vm().memoryMB === 8192) return;
      scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { memoryMB: 8192 }));
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=False VmChangedMeanwhile');
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each(['PowerOff', 'GuestShutdown'] as const)('leaves a VM off that somebody else powers off first: %s', async (powerOff) => {
    const scene = running();
    scene.attach('a', { powerPolicy: { powerOff } });
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power !== undefined) scene.vsphere.stop(scene.vm());
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.object().status?.power).toBeUndefined();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('does not power off a VM that asks a question by now', async () => {
    const scene = running();
    scene.attach();
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power !== undefined) scene.vm().question = 'Continue?';
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual([]);
  });
});

describe('the look before the reconfiguration', () => {
  it.each([
    { why: 'runs again', meddle: (scene: Scene) => scene.vsphere.start(scene.vm()) },
    {
      why: 'has another card by now',
      meddle: (scene: Scene) =>
        scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [fakeCard(4000, { physicalFunction: PF })] })),
    },
  ])('stops when the VM $why, and starts over', async ({ meddle }) => {
    const scene = running({ memoryLockedToMax: true });
    scene.attach();
    let meddled = false;
    scene.vsphere.afterWrite = (what) => {
      if (meddled || what !== 'powerOff vm-1') return;
      meddled = true;
      meddle(scene);
    };
    await scene.look();
    expect(scene.verdict()).toBe('Ready=False VmChangedMeanwhile');
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1']);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().sriovCards.filter(({ macAddress }) => macAddress === MAC)).toHaveLength(1);
    expect(scene.vm().powerState).toBe('poweredOn');
  });
});
