// Switching a VM on and off, and waiting for it.
import { describe, expect, it } from '@jest/globals';
import { CASE_TIMEOUT_MS, type ContractWorld, NEVER } from './contractWorld.ts';

export function powerCases(world: () => ContractWorld): void {
  describe('power', () => {
    it(
      'switches off and on, and takes a VM that is already there as success',
      async () => {
        const { readVm, vmRef, vsphere } = world();
        for (const state of ['poweredOff', 'poweredOn'] as const) {
          const switchIt = state === 'poweredOff' ? vsphere.powerOff : vsphere.powerOn;
          await switchIt.call(vsphere, vmRef, NEVER);
          await switchIt.call(vsphere, vmRef, NEVER);
          await vsphere.waitForPowerState(vmRef, state, 5_000, NEVER);
          expect((await readVm()).powerState).toBe(state);
        }
      },
      CASE_TIMEOUT_MS,
    );

    it(
      'shuts the guest down and waits for it',
      async () => {
        const { vmRef, vsphere } = world();
        await vsphere.shutdownGuest(vmRef, NEVER);
        await vsphere.waitForPowerState(vmRef, 'poweredOff', 20_000, NEVER);
        await vsphere.shutdownGuest(vmRef, NEVER);
        await vsphere.powerOn(vmRef, NEVER);
      },
      CASE_TIMEOUT_MS,
    );

    it('gives up waiting for a power state after the time given', async () => {
      const { vmRef, vsphere } = world();
      await expect(vsphere.waitForPowerState(vmRef, 'suspended', 900, NEVER)).rejects.toMatchObject({
        code: 'CommandTimedOut',
      });
    });

    it('stops waiting at once when it is aborted', async () => {
      const { vmRef, vsphere } = world();
      const controller = new AbortController();
      const waiting = vsphere.waitForPowerState(vmRef, 'suspended', 20_000, controller.signal);
      setImmediate(() => controller.abort());
      const start = performance.now();
      await expect(waiting).rejects.toMatchObject({ code: 'Aborted' });
      expect(performance.now() - start).toBeLessThan(3_000);
    });
  });
}
