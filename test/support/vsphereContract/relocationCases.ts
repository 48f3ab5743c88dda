// Moving a VM that is off between two hosts of a vCenter.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ContractWorld, NEVER } from './contractWorld.ts';

export function relocationCases(world: () => ContractWorld): void {
  describe('relocation', () => {
    /** Undefined on a standalone host. */
    let otherHost: string | undefined;

    beforeAll(async () => {
      const { hostRef, vsphere, vmRef } = world();
      otherHost = (await vsphere.hosts(NEVER)).find(({ moRef }) => moRef !== hostRef)?.moRef;
      await vsphere.powerOff(vmRef, NEVER);
    });

    afterAll(async () => {
      const { vsphere, vmRef } = world();
      await vsphere.powerOn(vmRef, NEVER);
    });

    it('is there on a vCenter, and has nowhere to go on a host', () => {
      expect(otherHost !== undefined).toBe(world().target.apiType === 'VirtualCenter');
    });

    it('tells whether the host reaches the files of the VM', async () => {
      const { hostRef, vsphere, vmRef } = world();
      expect(await vsphere.relocationFacts(vmRef, hostRef, NEVER)).toEqual({ unreachableDatastores: [] });
      const elsewhere = await vsphere.relocationFacts(vmRef, 'host-987654321', NEVER);
      expect(elsewhere.unreachableDatastores).toHaveLength(1);
    });

    it('moves the VM there and back, and tells those who follow', async () => {
      const { hostRef, readVm, vsphere, vmRef } = world();
      if (otherHost === undefined) return;
      await vsphere.remembered?.hosts(NEVER);
      const told = world().nextChange(({ vms }) => vms.some(({ moRef }) => moRef === vmRef), 5_000);
      await vsphere.relocate(vmRef, otherHost, NEVER);
      expect(await readVm()).toMatchObject({ hostMoRef: otherHost, powerState: 'poweredOff' });
      await told;
      expect((await vsphere.remembered?.vm(vmRef, NEVER))?.hostMoRef).toBe(otherHost);
      await vsphere.relocate(vmRef, hostRef, NEVER);
      expect((await readVm()).hostMoRef).toBe(hostRef);
    });

    it('does not move a VM that runs', async () => {
      const { hostRef, readVm, vsphere, vmRef } = world();
      await vsphere.powerOn(vmRef, NEVER);
      await expect(vsphere.relocate(vmRef, otherHost ?? hostRef, NEVER)).rejects.toMatchObject({ code: 'VsphereConcurrentChange' });
      expect((await readVm()).hostMoRef).toBe(hostRef);
      await vsphere.powerOff(vmRef, NEVER);
    });
  });
}
