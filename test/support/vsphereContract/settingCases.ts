// What the preflights rest on: settings of port groups, and memory that can be reserved.
import { describe, expect, it } from '@jest/globals';
import { type ContractWorld, NEVER } from './contractWorld.ts';

export function settingCases(world: () => ContractWorld): void {
  describe('settings', () => {
    it('tells VLAN, MTU and policy of a standard port group', async () => {
      const { hostRef, target, vsphere } = world();
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const found = networks.find(({ name }) => name === target.standardPortGroup);
      expect(found?.settings).toEqual({
        vlan: { kind: 'Id', id: expect.any(Number) },
        mtu: 1500,
        macAddressChanges: expect.any(Boolean),
        forgedTransmits: expect.any(Boolean),
        promiscuousMode: expect.any(Boolean),
      });
    });

    it('tells of a distributed port group what the server has of it', async () => {
      const { hostRef, target, vsphere } = world();
      if (target.distributedPortGroup === undefined) return;
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const found = networks.find(({ name }) => name === target.distributedPortGroup);
      expect(Object.keys(found?.settings ?? {}).sort()).toEqual(['forgedTransmits', 'macAddressChanges', 'mtu', 'promiscuousMode', 'vlan']);
    });

    it('tells how much memory can be reserved for the VM', async () => {
      const { hostRef, vmRef, vsphere } = world();
      const { hostMB, poolMB } = await vsphere.reservableMemory(vmRef, hostRef, NEVER);
      expect(hostMB).toBeGreaterThan(256);
      expect(poolMB).toBeGreaterThan(256);
    });

    it('tells that the user lacks nothing', async () => {
      const { hostRef, target, vmRef, vsphere } = world();
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const moRef = networks.find(({ name }) => name === target.standardPortGroup)?.moRef ?? '';
      const wanted = [
        { kind: 'VirtualMachine', moRef: vmRef, privileges: ['VirtualMachine.Config.AddRemoveDevice', 'VirtualMachine.Interact.PowerOff'] },
        { kind: 'Network', moRef, privileges: ['Network.Assign'] },
      ] as const;
      expect(await vsphere.missingPrivileges(wanted, NEVER)).toEqual([]);
    });

    it('does not take it for a lack when an object is gone', async () => {
      const wanted = [{ kind: 'VirtualMachine', moRef: 'vm-987654321', privileges: ['Resource.ColdMigrate'] }] as const;
      expect((await world().vsphere.missingPrivileges(wanted, NEVER)) ?? []).toEqual([]);
    });
  });
}
