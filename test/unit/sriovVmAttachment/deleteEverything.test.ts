/** Somebody deletes a whole namespace, or cleans up by hand: host, Secret, VM and attachments go in any order, and no finalizer stays. */
import { describe, expect, it } from '@jest/globals';
import { Scene } from './scene.ts';

const DELETIONS: Readonly<Record<string, (scene: Scene) => void>> = {
  host: (scene) => scene.cluster.objects.SriovHost.clear(),
  secret: (scene) => scene.cluster.secrets.clear(),
  vm: (scene) => scene.vsphere.vms.delete('vm-1'),
  attachments: (scene) => {
    for (const { metadata } of scene.cluster.attachments.list()) scene.delete(metadata.name);
  },
};

function orders(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length === 0) return [[]];
  return names.flatMap((name) => orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));
}

async function twoAttached(): Promise<Scene> {
  const scene = new Scene({ vm: { powerState: 'poweredOn', memoryReservationMB: 512 } });
  scene.attach('a');
  scene.attach('b', { macAddress: '00:50:56:3f:00:02', function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
  await scene.settle();
  expect(scene.vm().sriovCards).toHaveLength(2);
  return scene;
}

describe.each(orders(Object.keys(DELETIONS)).map((order) => ({ order })))('when everything is deleted: $order', ({ order }) => {
  it.each([
    { why: 'slowly', settles: true },
    { why: 'at once', settles: false },
  ])('every attachment goes, $why', async ({ settles }) => {
    const scene = await twoAttached();
    for (const name of order) {
      DELETIONS[name]?.(scene);
      if (settles) await scene.settle(20);
    }
    await scene.settle();
    expect(scene.cluster.attachments.list()).toEqual([]);
  });
});

describe('while the operator has the VM off for a change', () => {
  it.each([
    { why: 'the attachment', gone: ['attachments'], left: 'poweredOn' },
    { why: 'the Secret, which comes back later, and the attachment', gone: ['secret', 'attachments'], left: 'poweredOn' },
    { why: 'the host, which comes back later', gone: ['host'], left: 'poweredOn' },
  ])('$why can go, and the VM gets its power back', async ({ gone, left }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    const hosts = [...scene.cluster.objects.SriovHost];
    const secrets = [...scene.cluster.secrets];
    scene.attach();
    scene.vsphere.beforeWrite = (write) => {
      if (write !== 'reconfigure vm-1') return;
      scene.vsphere.beforeWrite = () => undefined;
      for (const name of gone) DELETIONS[name]?.(scene);
      scene.crash(new Error('the operator dies'));
    };
    await scene.settle().catch(() => undefined);
    expect(scene.vm().powerState).toBe('poweredOff');
    scene.restart();
    await scene.settle();
    for (const [key, host] of hosts) scene.cluster.objects.SriovHost.set(key, host);
    for (const [key, secret] of secrets) scene.cluster.secrets.set(key, secret);
    await scene.settle();
    expect(scene.vm().powerState).toBe(left);
  });
});

describe('memory that the operator locked', () => {
  it('does not stay locked in silence when somebody took the card out of the running VM before', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn', memoryReservationMB: 512 } });
    scene.attach();
    await scene.settle();
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [] }));
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.cluster.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'CardLeftBehind' });
    expect(scene.cluster.events.at(-1)?.note).toContain('512 MB');
  });
});
