/** Attachments that mean the same VM by different selectors are told for siblings before each of them has looked. */
import { describe, expect, it } from '@jest/globals';
import { Scene } from './scene.ts';

const SELECTORS = [{ name: 'db-01' }, { moRef: 'vm-1' }, { instanceUuid: 'uuid-vm-1' }, { inventoryPath: '/dc/vm/db-01' }];
const PAIRS = SELECTORS.flatMap((one) => SELECTORS.filter((other) => other !== one).map((other) => ({ one, other })));

describe('two attachments of one VM', () => {
  it.each(PAIRS)('share one power-off: $one and $other', async ({ one, other }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach('a', { vm: one });
    scene.attach('b', { vm: other, macAddress: '00:50:56:3f:00:02' });
    await scene.settle();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [{}, {}] });
    expect(scene.vsphere.writes.filter((write) => write === 'powerOff vm-1')).toHaveLength(1);
  });

  it('do not wait for one that means another VM', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.vsphere.addVm({ moRef: 'vm-2', name: 'db-02', hostMoRef: 'host-1' });
    scene.attach('a');
    scene.attach('b', { vm: { moRef: 'vm-2' }, macAddress: '00:50:56:3f:00:02' });
    await scene.look('a');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [{}] });
  });
});
