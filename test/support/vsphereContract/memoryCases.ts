// The inventory in memory: the same answers without requests, and the server's word when something changes.
import { describe, expect, it } from '@jest/globals';
import type { VSphere, VsphereChange } from '../../../operator/ports/vsphere.ts';
import { type ContractWorld, NEVER } from './contractWorld.ts';

/** What people notice as at once. The servers under test gather changes for some milliseconds. */
const SOON_MS = 5_000;

export function memoryCases(world: () => ContractWorld): void {
  const remembered = (): VSphere => {
    const { vsphere } = world();
    if (vsphere.remembered === undefined) throw new Error('the server has no memory');
    return vsphere.remembered;
  };
  const look = async (vsphere: VSphere) => {
    const { hostRef, target, vmRef } = world();
    const { instanceUuid } = await vsphere.vm(vmRef, NEVER);
    const { name, inventoryPath } = target.vm;
    return {
      hosts: await vsphere.hosts(NEVER),
      networks: await vsphere.networksOfHost(hostRef, NEVER),
      vm: await vsphere.vm(vmRef, NEVER),
      vms: await vsphere.vmsOfHost(hostRef, NEVER),
      byName: await vsphere.findVms({ name }, NEVER),
      byPath: await vsphere.findVms({ inventoryPath }, NEVER),
      byUuid: await vsphere.findVms({ instanceUuid }, NEVER),
      byReference: await vsphere.findVms({ moRef: vmRef }, NEVER),
    };
  };
  /** Waits for a change that is told and fits. */
  const told = (fits: (change: VsphereChange) => boolean): Promise<VsphereChange> => world().nextChange(fits, SOON_MS);
  const ofVm = (moRef: string) => (change: VsphereChange) => change.vms.some((vm) => vm.moRef === moRef);
  const named = (name: string) => (change: VsphereChange) => change.vms.some((vm) => vm.names.includes(name));

  describe('inventory in memory', () => {
    it('shows what the server shows', async () => {
      expect(await look(remembered())).toEqual(await look(world().vsphere));
    });

    it('costs the server nothing once it is there', async () => {
      await look(remembered());
      const before = world().requests();
      await look(remembered());
      expect(world().requests() - before).toBe(0);
    });

    it('spares the other hosts for one whose name is in memory, and none for another', async () => {
      const { target, vsphere } = world();
      await look(remembered());
      const all = await vsphere.hosts(NEVER);
      const named = await vsphere.hosts(NEVER, target.hostName.toUpperCase());
      expect(named).toEqual(all.filter(({ name }) => name === target.hostName));
      expect(named).toHaveLength(1);
      expect(await vsphere.hosts(NEVER, 'no-such-host.example.com')).toEqual(all);
    });

    it('asks the server for a VM that it does not know, and says that there is none', async () => {
      await expect(remembered().vm('vm-987654321', NEVER)).rejects.toMatchObject({ code: 'VsphereObjectNotFound' });
      expect(await remembered().findVms({ moRef: 'vm-987654321' }, NEVER)).toEqual([]);
      expect(await remembered().findVms({ name: 'no-such-vm' }, NEVER)).toEqual([]);
    });

    it('follows a VM that is changed by the operator, and tells of it when that is over', async () => {
      const { vmRef, vsphere } = world();
      await look(remembered());
      const change = told(ofVm(vmRef));
      await vsphere.powerOff(vmRef, NEVER);
      expect((await vsphere.vm(vmRef, NEVER)).powerState).toBe('poweredOff');
      await change;
      expect((await remembered().vm(vmRef, NEVER)).powerState).toBe('poweredOff');
      const back = told(ofVm(vmRef));
      await vsphere.powerOn(vmRef, NEVER);
      await back;
      expect((await remembered().vm(vmRef, NEVER)).powerState).toBe('poweredOn');
    });

    it('hears of a VM that somebody makes, renames and destroys', async () => {
      const { target, vmRef } = world();
      await look(remembered());
      const made = told(named('by-somebody'));
      await target.outsider.create(vmRef, 'by-somebody');
      const moRef = (await made).vms.find(({ names }) => names.includes('by-somebody'))?.moRef ?? '';
      expect((await remembered().findVms({ name: 'by-somebody' }, NEVER)).map((vm) => vm.moRef)).toEqual([moRef]);

      const renamed = told(named('by-another'));
      await target.outsider.rename(moRef, 'by-another');
      expect((await renamed).vms).toContainEqual(expect.objectContaining({ moRef, names: ['by-somebody', 'by-another'] }));
      expect(await remembered().findVms({ name: 'by-somebody' }, NEVER)).toEqual([]);
      expect((await remembered().vm(moRef, NEVER)).name).toBe('by-another');

      const gone = told(ofVm(moRef));
      await target.outsider.remove(moRef);
      await gone;
      await expect(remembered().vm(moRef, NEVER)).rejects.toMatchObject({ code: 'VsphereObjectNotFound' });
      expect(await remembered().findVms({ name: 'by-another' }, NEVER)).toEqual([]);
    });

    it('survives the loss of its session, and then tells what changed meanwhile', async () => {
      const { target, vmRef } = world();
      await look(remembered());
      const change = told(named('while-away'));
      await target.expireSessions();
      await target.outsider.create(vmRef, 'while-away');
      const moRef = (await change).vms.find(({ names }) => names.includes('while-away'))?.moRef ?? '';
      expect(await look(remembered())).toEqual(await look(world().vsphere));
      const gone = told(ofVm(moRef));
      await target.outsider.remove(moRef);
      await gone;
    });
  });
}
