/** People rename the VM, and another one gets its name: the operator goes by the VM that it touched, and leaves the other one alone. */
import { describe, expect, it } from '@jest/globals';
import { MAC, Scene } from './scene.ts';

async function swapped(): Promise<Scene> {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  scene.attach();
  await scene.settle();
  scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { name: 'db-01-old', inventoryPath: '/dc/vm/db-01-old' }));
  scene.vsphere.addVm({ moRef: 'vm-2', name: 'db-01', hostMoRef: 'host-1', powerState: 'poweredOn' });
  scene.vsphere.writes.length = 0;
  return scene;
}

describe('a VM whose name another one got', () => {
  it('keeps its card, and the other one its power', async () => {
    const scene = await swapped();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.object().status?.vm).toMatchObject({ moRef: 'vm-1', name: 'db-01-old' });
  });

  it('is the one that loses the card', async () => {
    const scene = await swapped();
    scene.delete('a');
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.vm().sriovCards).toEqual([]);
    expect(scene.find()).toBeUndefined();
  });

  it('gets its power back when it was off for its card', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach('a', { macAddress: MAC });
    scene.vsphere.beforeWrite = (write) => {
      if (write !== 'reconfigure vm-1') return;
      scene.vsphere.beforeWrite = () => undefined;
      scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { name: 'db-01-old', inventoryPath: '/dc/vm/db-01-old' }));
      scene.vsphere.addVm({ moRef: 'vm-2', name: 'db-01', hostMoRef: 'host-1', powerState: 'poweredOn' });
    };
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(scene.vm('vm-2')).toMatchObject({ powerState: 'poweredOn', sriovCards: [] });
  });
});
