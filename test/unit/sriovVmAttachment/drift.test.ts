/** What somebody else changed in the VM is seen, and repaired as far as spec.powerPolicy allows. */
import { describe, expect, it } from '@jest/globals';
import { type FakeVm, fakeCard, standardNetwork } from '../../support/fakes/vsphere.ts';
import { MAC, OTHER_PF, PF, Scene } from './scene.ts';

const cardOf = (vm: FakeVm) => vm.sriovCards[0] ?? fakeCard(0);

const DRIFTS: readonly { readonly why: string; readonly reason: string; readonly says: string; readonly drift: (vm: FakeVm) => void }[] = [
  {
    why: 'the card was removed by hand',
    reason: 'CardDrifted',
    says: 'the card is not in the VM any more',
    drift: (vm) => Object.assign(vm, { sriovCards: [] }),
  },
  {
    why: 'the card was put on another physical function',
    reason: 'CardDrifted',
    says: `physical function is ${OTHER_PF}, declared is ${PF}`,
    drift: (vm) => Object.assign(vm, { sriovCards: [{ ...cardOf(vm), physicalFunction: OTHER_PF }] }),
  },
  {
    why: 'the choice of the physical function was left to vSphere, which may take another at the next power-on',
    reason: 'CardDrifted',
    says: 'chosen automatically',
    drift: (vm) => Object.assign(vm, { sriovCards: [{ ...cardOf(vm), automaticPhysicalFunction: true }] }),
  },
  {
    why: 'the card was put on another port group',
    reason: 'CardDrifted',
    says: 'port group is not fabric',
    drift: (vm) => Object.assign(vm, { sriovCards: [{ ...cardOf(vm), network: standardNetwork('other').backing }] }),
  },
  {
    why: 'the MAC address was changed',
    reason: 'CardDrifted',
    says: `MAC address is 00:50:56:00:00:99, declared is ${MAC}`,
    drift: (vm) => Object.assign(vm, { sriovCards: [{ ...cardOf(vm), macAddress: '00:50:56:00:00:99' }] }),
  },
  {
    why: 'the memory is not locked any more, so the VM would not start again',
    reason: 'MemoryNotReserved',
    says: 'not all memory',
    drift: (vm) => Object.assign(vm, { memoryLockedToMax: false, memoryReservationMB: 0 }),
  },
];

async function attached(): Promise<Scene> {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  scene.attach();
  await scene.settle();
  scene.vsphere.writes.length = 0;
  return scene;
}

describe('drift', () => {
  it.each(DRIFTS)('is repaired with one power-off where that is allowed: $why', async ({ drift }) => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', drift);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.vm().sriovCards).toHaveLength(1);
    expect(cardOf(scene.vm())).toMatchObject({ macAddress: MAC, physicalFunction: PF, network: { portGroup: 'fabric' } });
    expect(scene.vm().memoryLockedToMax).toBe(true);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each(DRIFTS)(
    'is only reported where no power-off is allowed, and repaired once the VM is off: $why',
    async ({ drift, reason, says }) => {
      const scene = await attached();
      scene.change('a', { powerPolicy: { powerOff: 'Never' } });
      scene.vsphere.edit('vm-1', drift);
      await scene.settle();
      expect(scene.vsphere.writes).toEqual([]);
      expect(scene.verdict()).toBe(`Ready=False ${reason}`);
      expect(scene.condition('Attached')?.message).toContain(says);
      expect(scene.cluster.events.at(-1)).toMatchObject({ type: 'Warning', reason });
      scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
      await scene.settle();
      expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
      expect(scene.verdict()).toBe('Ready=True Succeeded');
    },
  );

  it('keeps the memory setting that was found first, however often it repairs', async () => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { memoryLockedToMax: false, memoryReservationMB: 1024 }));
    await scene.settle();
    expect(scene.object().status?.restore).toEqual({ memoryLockedToMax: false, memoryReservationMB: 0 });
  });

  it('follows the physical function to its new PCI address when the host reports another', async () => {
    const scene = await attached();
    scene.change('a', { function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } });
    await scene.settle();
    expect(cardOf(scene.vm()).physicalFunction).toBe(OTHER_PF);
    expect(scene.object().status?.device?.physicalFunction).toBe(OTHER_PF);
  });

  it('adds a card to a VM that was deleted and deployed anew under the same name, and owes the new one nothing', async () => {
    const scene = await attached();
    scene.vsphere.vms.delete('vm-1');
    scene.vsphere.addVm({ moRef: 'vm-9', name: 'db-01', hostMoRef: 'host-1', memoryReservationMB: 512 });
    await scene.settle();
    expect(scene.vm('vm-9').sriovCards).toHaveLength(1);
    expect(scene.object().status?.restore).toEqual({ memoryLockedToMax: false, memoryReservationMB: 512 });
    expect(scene.vm('vm-9').powerState).toBe('poweredOff');
  });

  it('knows its VM again when it was registered anew under another reference', async () => {
    const scene = await attached();
    const vm = scene.vm();
    scene.vsphere.vms.delete('vm-1');
    scene.vsphere.addVm({ ...vm, moRef: 'vm-9' });
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.object().status?.vm?.moRef).toBe('vm-9');
    expect(scene.object().status?.restore).toEqual({ memoryLockedToMax: false, memoryReservationMB: 0 });
  });

  it('knows its VM again when it was renamed', async () => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { name: 'db-01-old' }));
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('reports a running VM whose card got no virtual function', async () => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [{ ...cardOf(vm), virtualFunction: undefined }] }));
    await scene.settle();
    expect(scene.verdict('Attached')).toBe('Attached=False VirtualFunctionNotAssigned');
    expect(scene.vsphere.writes).toEqual([]);
  });
});
