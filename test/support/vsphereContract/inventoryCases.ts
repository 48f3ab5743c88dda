// What can be found and read: hosts, networks, VMs.
import { describe, expect, it } from '@jest/globals';
import { type ContractWorld, NEVER } from './contractWorld.ts';

export function inventoryCases(world: () => ContractWorld): void {
  describe('inventory', () => {
    it('says whether it is a vCenter or a host', async () => {
      const { target, vsphere } = world();
      expect(await vsphere.apiType(NEVER)).toBe(target.apiType);
    });

    it('lists the host with its addresses, state and physical functions', async () => {
      const { hostRef, target, vsphere } = world();
      const host = (await vsphere.hosts(NEVER)).find(({ name: hostName }) => hostName === target.hostName);
      expect(host).toMatchObject({ moRef: hostRef, connectionState: 'connected', inMaintenanceMode: false });
      expect(host?.ipAddresses.length).toBeGreaterThan(0);
      const physicalFunction = host?.physicalFunctions.find(({ id }) => id === target.physicalFunction);
      expect(physicalFunction).toMatchObject({ vendorId: 0x15b3, sriov: { enabled: true, active: true } });
      expect(physicalFunction?.deviceIdHex).toMatch(/^[0-9a-f]{1,4}$/);
      expect(physicalFunction?.sriov?.present).toBeGreaterThanOrEqual(2);
    });

    it('tells how the host is managed: by no image, open, and with a known SSH service', async () => {
      const { hostRef, target, vsphere } = world();
      const facts = await vsphere.hostManagement(hostRef, NEVER);
      expect(facts.connectionState).toBe('connected');
      expect([undefined, 'Disabled']).toContain(facts.lockdown);
      expect(facts.sshRunning).toEqual(expect.any(Boolean));
      // A host of its own does not know who manages it.
      expect(target.apiType === 'HostAgent' ? [undefined] : [undefined, false]).toContain(facts.imageManaged);
    });

    it('lists the port groups of the host, without uplinks', async () => {
      const { hostRef, target, vsphere } = world();
      const networks = await vsphere.networksOfHost(hostRef, NEVER);
      const byName = new Map(networks.map((network) => [network.name, network.backing]));
      expect(byName.get(target.standardPortGroup)).toMatchObject({ kind: 'Standard', portGroup: target.standardPortGroup });
      const { distributedPortGroup } = target;
      if (distributedPortGroup !== undefined) {
        expect(byName.get(distributedPortGroup)).toMatchObject({ kind: 'Distributed', portgroupKey: expect.any(String) });
      }
      expect([...byName.keys()].filter((networkName) => /uplink/i.test(networkName))).toEqual([]);
    });

    it('gives the same VM by name, path, path without slash, instance UUID and reference', async () => {
      const { hostRef, readVm, target, vmRef, vsphere } = world();
      const { instanceUuid } = await readVm();
      const { name: vmName, inventoryPath } = target.vm;
      const queries = [{ name: vmName }, { inventoryPath }, { inventoryPath: inventoryPath.slice(1) }, { instanceUuid }, { moRef: vmRef }];
      for (const query of queries) {
        expect(await vsphere.findVms(query, NEVER)).toEqual([
          { moRef: vmRef, name: vmName, inventoryPath, instanceUuid, hostMoRef: hostRef },
        ]);
      }
    });

    it.each([
      { query: { name: 'no-such-vm' } },
      { query: { inventoryPath: '/no/such/vm' } },
      { query: { instanceUuid: '00000000-0000-4000-8000-000000000000' } },
      { query: { moRef: 'vm-987654321' } },
    ])('finds nothing for $query', async ({ query }) => {
      const { vsphere } = world();
      expect(await vsphere.findVms(query, NEVER)).toEqual([]);
    });

    it('does not take a folder for a VM', async () => {
      const { target, vsphere } = world();
      const folder = target.vm.inventoryPath.replace(/\/[^/]+$/, '');
      expect(await vsphere.findVms({ inventoryPath: folder }, NEVER)).toEqual([]);
    });

    it('reads the VM, alone and among those of its host', async () => {
      const { hostRef, readVm, target, vmRef, vsphere } = world();
      const vm = await readVm();
      expect(vm).toMatchObject({
        moRef: vmRef,
        name: target.vm.name,
        hostMoRef: hostRef,
        powerState: 'poweredOn',
        connectionState: 'connected',
        template: false,
        hasSnapshot: false,
        question: undefined,
        sriovCards: [],
      });
      expect(vm.hardwareVersion).toMatch(/^vmx-\d+$/);
      expect(vm.changeVersion).not.toBe('');
      expect(vm.memoryMB).toBeGreaterThan(0);
      expect((await vsphere.vmsOfHost(hostRef, NEVER)).find(({ moRef }) => moRef === vmRef)).toEqual(vm);
    });

    it('says that a VM does not exist', async () => {
      const { vsphere } = world();
      await expect(vsphere.vm('vm-987654321', NEVER)).rejects.toMatchObject({ code: 'VsphereObjectNotFound' });
    });

    it('gives the system id of the host for passthrough backings', async () => {
      const { hostRef, vmRef, vsphere } = world();
      expect(await vsphere.systemId(vmRef, hostRef, NEVER)).not.toBe('');
    });
  });
}
