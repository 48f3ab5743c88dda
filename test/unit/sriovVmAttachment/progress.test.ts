/** status.progress names the step that is being carried out, without a write for steps that are over in a moment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { VSphere } from '../../../operator/ports/vsphere.ts';
import { Scene } from './scene.ts';

/** Every write to a VM takes so long, and status is read while it goes on. */
function slow(scene: Scene, milliseconds: number): string[] {
  const seen: string[] = [];
  const open = scene.vsphere.open.bind(scene.vsphere);
  scene.vsphere.open = (target): VSphere => {
    const session = open(target);
    return new Proxy(session, {
      get: (object, name: keyof VSphere) => {
        const member = object[name];
        if (typeof member !== 'function') return member;
        const method = member.bind(object) as (...args: readonly unknown[]) => Promise<unknown>;
        if (!['powerOff', 'reconfigure', 'powerOn'].includes(name)) return method;
        return async (...args: readonly unknown[]) => {
          await sleep(milliseconds);
          seen.push(scene.object().status?.progress ?? '');
          return await method(...args);
        };
      },
    });
  };
  return seen;
}

describe('progress', () => {
  it('names each step while it goes on, where steps take their time', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' }, tellAfterMs: 5 });
    const seen = slow(scene, 60);
    scene.attach();
    await scene.look();
    expect(seen.map((progress) => progress.slice(0, 30))).toEqual([
      'Now: power the VM off.',
      expect.stringMatching(/^Now: add an SR-IOV card/),
      'Now: power the VM on.',
    ]);
    expect(scene.object().status?.progress).toMatch(/^Card .* is on physical function/);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('costs no writes where they do not', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' }, tellAfterMs: 10_000 });
    slow(scene, 1);
    scene.attach();
    await scene.look();
    // Finalizer, intent, end.
    expect(scene.cluster.writes).toBe(3);
  });

  it('does not stop the work when it cannot be told', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' }, tellAfterMs: 5 });
    slow(scene, 30);
    scene.attach();
    let writes = 0;
    scene.cluster.afterWrite = () => {
      writes += 1;
      if (writes === 3) throw new Error('the API server is away');
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
  });
});
