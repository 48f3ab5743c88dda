// The DRS level of one VM, on a vCenter with a cluster.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DrsLevel } from '../../../operator/ports/vsphere.ts';
import { type ContractWorld, NEVER } from './contractWorld.ts';

export function drsCases(world: () => ContractWorld): void {
  describe('DRS level of a VM', () => {
    /** A host of a cluster, and a VM on it; undefined where there is no cluster. */
    let place: { readonly hostMoRef: string; readonly vm: string } | undefined;

    beforeAll(async () => {
      const { vsphere, target } = world();
      if (target.apiType === 'HostAgent') return;
      for (const { moRef: hostMoRef } of await vsphere.hosts(NEVER)) {
        const { cluster } = await vsphere.evacuationFacts(hostMoRef, NEVER);
        const [vm] = cluster === undefined ? [] : await vsphere.vmsOfHost(hostMoRef, NEVER);
        if (vm !== undefined) place = { hostMoRef, vm: vm.moRef };
      }
    });

    const own = async (hostMoRef: string, vm: string): Promise<DrsLevel | undefined> =>
      (await world().vsphere.evacuationFacts(hostMoRef, NEVER)).levelOfVm[vm];

    afterAll(async () => {
      if (place !== undefined) await world().vsphere.setDrsLevel(place.vm, { hostMoRef: place.hostMoRef, level: undefined }, NEVER);
    });

    it('can be set where a cluster is, on every vCenter under test', () => {
      expect(place !== undefined).toBe(world().target.apiType === 'VirtualCenter');
    });

    it('is added, changed, switched off and taken away', async () => {
      if (place === undefined) return;
      const { hostMoRef, vm } = place;
      for (const level of ['Manual', 'FullyAutomated', 'Off', undefined, undefined, 'Off'] as const) {
        await world().vsphere.setDrsLevel(vm, { hostMoRef, level }, NEVER);
        expect(await own(hostMoRef, vm)).toBe(level);
      }
    });

    it('is followed in memory', async () => {
      const { remembered } = world().vsphere;
      if (place === undefined || remembered === undefined || world().target.silentClusters === true) return;
      const { hostMoRef, vm } = place;
      await world().vsphere.setDrsLevel(vm, { hostMoRef, level: 'Manual' }, NEVER);
      await remembered.evacuationFacts(hostMoRef, NEVER);
      const told = world().nextChange(({ others }) => others, 5_000);
      await world().vsphere.setDrsLevel(vm, { hostMoRef, level: undefined }, NEVER);
      await told;
      expect((await remembered.evacuationFacts(hostMoRef, NEVER)).levelOfVm[vm]).toBeUndefined();
    });
  });

  it('has no DRS on a standalone host, and says so', async () => {
    const { hostRef, target, vmRef, vsphere } = world();
    if (target.apiType !== 'HostAgent') return;
    await expect(vsphere.setDrsLevel(vmRef, { hostMoRef: hostRef, level: 'Off' }, NEVER)).rejects.toMatchObject({
      code: 'VsphereObjectNotFound',
    });
  });
}
