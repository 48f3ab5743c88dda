/** Cards of one VM come in the order in which their attachments were created, with one power-off, in whatever order they are looked at. */
import { describe, expect, it } from '@jest/globals';
import { silentLog } from '../../../operator/engine/log.ts';
import { Scene, START } from './scene.ts';

const mac = (index: number) => `00:50:56:3f:00:0${index}`;
const at = (seconds: number) => new Date(START + seconds * 1000).toISOString();

/** Three attachments, the oldest called c; more than one on a port. */
function threeCards(created: readonly number[], powerOff: 'PowerOff' | 'GuestShutdown' = 'PowerOff'): Scene {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  for (const [index, name] of ['a', 'b', 'c'].entries()) {
    const port = index === 1 ? 2 : 1;
    const spec = { macAddress: mac(index), function: { kind: 'Virtual', adapter: 'fabric0', port }, powerPolicy: { powerOff } } as const;
    scene.attach(name, spec, { creationTimestamp: at(created[index] ?? 0) });
  }
  return scene;
}

const order = (scene: Scene) => scene.vm().sriovCards.map(({ macAddress }) => macAddress);
const powerOffs = (scene: Scene) => scene.vsphere.writes.filter((write) => /^(powerOff|shutdownGuest)/.test(write)).length;

const LOOKS = [
  ['a', 'b', 'c'],
  ['c', 'b', 'a'],
  ['b', 'c', 'a'],
] as const;

describe('several cards in one VM', () => {
  it.each(LOOKS.flatMap((looks) => (['PowerOff', 'GuestShutdown'] as const).map((powerOff) => ({ looks, powerOff }))))(
    'come oldest first when looked at as $looks ($powerOff)',
    async ({ looks, powerOff }) => {
      const scene = threeCards([2, 1, 0], powerOff);
      for (let round = 0; round < 12; round += 1) {
        for (const name of looks) await scene.look(name);
        scene.nowMs += 3_000;
      }
      expect(order(scene)).toEqual([mac(2), mac(1), mac(0)]);
      expect(powerOffs(scene)).toBe(1);
      expect(scene.vm().powerState).toBe('poweredOn');
      expect(looks.map((name) => scene.verdict('Ready', name))).toEqual(looks.map(() => 'Ready=True Succeeded'));
    },
  );

  it('come by name where they were created in the same second, also when all are looked at at once', async () => {
    const scene = threeCards([0, 0, 0]);
    const signal = new AbortController().signal;
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(['c', 'b', 'a'].map((name) => scene.controller.reconcile(`lab/${name}`, { signal, log: silentLog })));
      scene.nowMs += 3_000;
    }
    expect(order(scene)).toEqual([mac(0), mac(1), mac(2)]);
    expect(powerOffs(scene)).toBe(1);
  });

  it('do not wait for one that is never looked at longer than a minute', async () => {
    const scene = threeCards([0, 1, 2]);
    await scene.look('c');
    expect(scene.verdict('Reconciling', 'c')).toBe('Reconciling=True WaitingForOtherAttachments');
    expect(scene.vsphere.writes).toEqual([]);
    scene.nowMs += 62_000;
    await scene.look('c');
    expect(order(scene)).toEqual([mac(2)]);
  });

  it('do not wait for one that only waits for somebody else to power the VM off', async () => {
    const scene = threeCards([0, 1, 2]);
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    scene.change('b', { network: { portGroup: 'missing' } });
    await scene.look('a');
    await scene.look('b');
    expect(scene.verdict('Ready', 'a')).toBe('Ready=False PowerOffNotAllowed');
    await scene.settle();
    expect(order(scene)).toContain(mac(0));
    expect(order(scene)).toContain(mac(2));
    expect(powerOffs(scene)).toBe(1);
  });
});
