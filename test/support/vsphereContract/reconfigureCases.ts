// Adding and removing SR-IOV cards, and locking memory. Each case finds and leaves the VM powered off and without a card.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Vm } from '../../../operator/ports/vsphere.ts';
import { type ContractWorld, MAC, NEVER, NO_CHANGE } from './contractWorld.ts';

const OTHER_MAC = '00:50:56:3f:00:02';

export function reconfigureCases(world: () => ContractWorld): void {
  describe('reconfigure', () => {
    let before: Vm;

    beforeAll(async () => {
      const { vsphere, vmRef, readVm } = world();
      await vsphere.powerOff(vmRef, NEVER);
      before = await readVm();
    });

    afterEach(async () => {
      const { change, readVm } = world();
      const { sriovCards, passthrough = [] } = await readVm();
      const removeDeviceKeys = [...sriovCards, ...passthrough].map(({ key }) => key);
      await change({ removeDeviceKeys, lockMemory: before.memoryLockedToMax, memoryReservationMB: before.memoryReservationMB });
    });

    afterAll(async () => {
      const { vsphere, vmRef } = world();
      await vsphere.powerOn(vmRef, NEVER);
    });

    it('adds a card with a static MAC on a standard port group and locks all memory, in one change', async () => {
      const { target, change, card, readVm } = world();
      await change({ addSriovCards: [await card({ allowGuestMtuChange: false })], lockMemory: true });
      const vm = await readVm();
      expect(vm).toMatchObject({ memoryLockedToMax: true, memoryReservationMB: before.memoryMB });
      expect(vm.sriovCards).toEqual([
        expect.objectContaining({
          macAddress: MAC,
          addressType: 'manual',
          physicalFunction: target.physicalFunction,
          automaticPhysicalFunction: false,
          network: expect.objectContaining({ kind: 'Standard', portGroup: target.standardPortGroup }),
          allowGuestMtuChange: false,
        }),
      ]);
      expect(vm.changeVersion).not.toBe(before.changeVersion);
    });

    it('removes exactly the card of a key', async () => {
      const { change, card, readVm } = world();
      await change({ addSriovCards: [await card()] });
      const [first] = (await readVm()).sriovCards;
      await change({ addSriovCards: [await card({ macAddress: OTHER_MAC })] });
      await change({ removeDeviceKeys: [first?.key ?? 0] });
      expect((await readVm()).sriovCards.map(({ macAddress }) => macAddress)).toEqual([OTHER_MAC]);
    });

    it('replaces a card in one change', async () => {
      const { change, card, readVm } = world();
      await change({ addSriovCards: [await card()] });
      const removeDeviceKeys = (await readVm()).sriovCards.map(({ key }) => key);
      await change({ removeDeviceKeys, addSriovCards: [await card({ macAddress: OTHER_MAC })] });
      expect((await readVm()).sriovCards.map(({ macAddress }) => macAddress)).toEqual([OTHER_MAC]);
    });

    it('takes the removal of a card that is gone as success', async () => {
      const { change, readVm } = world();
      await change({ removeDeviceKeys: [987_654] });
      expect((await readVm()).sriovCards).toEqual([]);
    });

    it('removes the card and restores the memory in one change', async () => {
      const { change, card, readVm } = world();
      await change({ addSriovCards: [await card()], lockMemory: true });
      const removeDeviceKeys = (await readVm()).sriovCards.map(({ key }) => key);
      const { memoryReservationMB } = before;
      await change({ removeDeviceKeys, lockMemory: false, memoryReservationMB });
      expect(await readVm()).toMatchObject({ sriovCards: [], memoryReservationMB, memoryLockedToMax: false });
    });

    it('refuses to unlock the memory while a card is there', async () => {
      const { change, card, readVm } = world();
      await change({ addSriovCards: [await card()], lockMemory: true });
      await expect(change({ lockMemory: false })).rejects.toMatchObject({ code: 'VsphereFault' });
      expect((await readVm()).memoryLockedToMax).toBe(true);
    });

    it('adds a whole physical function and locks all memory, in one change, and takes it out again', async () => {
      const { target, change, wholeFunction, readVm } = world();
      await change({ addPassthroughDevices: [await wholeFunction()], lockMemory: true });
      const vm = await readVm();
      expect(vm).toMatchObject({ memoryLockedToMax: true, passthroughDevices: 1, sriovCards: [] });
      expect(vm.passthrough).toEqual([expect.objectContaining({ physicalFunction: target.physicalFunction })]);
      await expect(change({ lockMemory: false })).rejects.toMatchObject({ code: 'VsphereFault' });
      const removeDeviceKeys = (vm.passthrough ?? []).map(({ key }) => key);
      await change({ removeDeviceKeys, lockMemory: false, memoryReservationMB: before.memoryReservationMB });
      expect(await readVm()).toMatchObject({ passthrough: [], passthroughDevices: 0, memoryLockedToMax: false });
    });

    it('adds a card and a whole physical function in one change', async () => {
      const { change, card, wholeFunction, readVm } = world();
      await change({ addSriovCards: [await card()], addPassthroughDevices: [await wholeFunction()], lockMemory: true });
      const vm = await readVm();
      expect([vm.sriovCards.length, vm.passthrough?.length]).toEqual([1, 1]);
    });

    it('lets the server choose the MAC address', async () => {
      const { target, change, card, readVm } = world();
      await change({ addSriovCards: [await card({ macAddress: undefined })] });
      const [added] = (await readVm()).sriovCards;
      expect(added?.addressType).toBe(target.apiType === 'HostAgent' ? 'generated' : 'assigned');
      expect(added?.macAddress).toMatch(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    });

    it('attaches to a distributed port group where there is one', async () => {
      const { target, vsphere, hostRef, change, card, readVm } = world();
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const backing = networks.find(({ name }) => name === target.distributedPortGroup)?.backing;
      expect(backing?.kind).toBe(target.distributedPortGroup === undefined ? undefined : 'Distributed');
      if (backing !== undefined) {
        await change({ addSriovCards: [await card({ network: backing })] });
        expect((await readVm()).sriovCards[0]?.network).toEqual(backing);
      }
    });

    it('refuses a change that rests on an old reading, and does nothing', async () => {
      const { vsphere, vmRef, change, card, readVm } = world();
      const { changeVersion } = await readVm();
      await change({ memoryReservationMB: before.memoryMB });
      const stale = { ...NO_CHANGE, changeVersion, addSriovCards: [await card()] };
      await expect(vsphere.reconfigure(vmRef, stale, NEVER)).rejects.toMatchObject({ code: 'VsphereConcurrentChange' });
      expect((await readVm()).sriovCards).toEqual([]);
    });

    it.each([
      { why: 'standard', network: { kind: 'Standard', portGroup: 'no-such-network', networkMoRef: undefined } },
      { why: 'distributed', network: { kind: 'Distributed', portgroupKey: 'dvportgroup-987654', switchUuid: '00' } },
    ] as const)('refuses an unknown $why port group and names those that exist', async ({ network }) => {
      const { target, change, card, readVm } = world();
      await expect(change({ addSriovCards: [await card({ network })] })).rejects.toMatchObject({
        code: 'VsphereObjectNotFound',
        message: expect.stringContaining(target.standardPortGroup),
      });
      expect((await readVm()).sriovCards).toEqual([]);
    });
  });
}
