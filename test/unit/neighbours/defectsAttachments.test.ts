/** Open defects of terraform-provider-vsphere and ansible community.vmware about SR-IOV cards, each a test of what happens here instead. */
import { describe, expect, it } from '@jest/globals';
import { toSriovCard } from '../../../operator/vsphere/readVms.ts';
import { reconfigureSpec } from '../../../operator/vsphere/reconfigureSpec.ts';
import { XmlNode } from '../../../operator/vsphere/xmlNode.ts';
import { fakeCard, fakePhysicalFunction, standardNetwork } from '../../support/fakes/vsphere.ts';
import { MAC, OTHER_PF, PF, Scene } from '../sriovVmAttachment/scene.ts';

const attached = async (vm: ConstructorParameters<typeof Scene>[0] = { vm: { powerState: 'poweredOn' } }): Promise<Scene> => {
  const scene = new Scene(vm);
  scene.attach();
  await scene.settle();
  return scene;
};

describe('the prefix Automatic- (terraform-provider-vsphere 2307)', () => {
  const card = (id: string) => {
    const backing = `<sriovBacking><physicalFunctionBacking><deviceName/><id>${id}</id><deviceId>0</deviceId><systemId>BYPASS</systemId><vendorId>0</vendorId></physicalFunctionBacking></sriovBacking>`;
    const [device] = XmlNode.parse(`<device xmlns:xsi="x"><key>1</key>${backing}</device>`).list('device');
    return device === undefined ? undefined : toSriovCard(device);
  };

  it('is no part of the address', () => {
    expect(card('Automatic-0000:19:00.3')).toMatchObject({ physicalFunction: '0000:19:00.3', automaticPhysicalFunction: true });
    expect(card('0000:19:00.3')).toMatchObject({ physicalFunction: '0000:19:00.3', automaticPhysicalFunction: false });
  });

  it('is drift, since vSphere may choose another function at the next power-on, and the card gets its own again', async () => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', (vm) => {
      vm.sriovCards = vm.sriovCards.map((one) => ({ ...one, automaticPhysicalFunction: true }));
    });
    await scene.settle();
    expect(scene.vm().sriovCards).toMatchObject([{ physicalFunction: PF, automaticPhysicalFunction: false }]);
  });
});

describe('unit numbers from virtual hardware 20 on (terraform-provider-vsphere 2133, KB 407595)', () => {
  it.each(['vmx-19', 'vmx-20', 'vmx-21', 'vmx-22'])('are left to vSphere, and no card is known by one: %s', async (hardwareVersion) => {
    const scene = await attached({ vm: { powerState: 'poweredOn', hardwareVersion } });
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    // As after a change of the layout: another label, the same card.
    scene.vsphere.edit('vm-1', (vm) => {
      vm.sriovCards = vm.sriovCards.map((one) => ({ ...one, label: 'SR-IOV network adapter 9' }));
    });
    const writes = scene.vsphere.writes.length;
    await scene.settle();
    expect(scene.vsphere.writes).toHaveLength(writes);
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toEqual([]);
  });

  it('no request names a unit number or a controller', () => {
    const { name: _name, moRef: _moRef, backing: network } = standardNetwork('fabric');
    const card = { physicalFunction: fakePhysicalFunction(PF, 8), systemId: 'x', network, macAddress: MAC, allowGuestMtuChange: undefined };
    const change = { changeVersion: '1', addSriovCards: [card], removeDeviceKeys: [], lockMemory: true, memoryReservationMB: undefined };
    const vm = { memoryMB: 4096, passthroughDevices: new Map(), automaticAddressType: 'assigned' } as const;
    expect(JSON.stringify(reconfigureSpec(change, vm))).not.toMatch(/unitNumber|controllerKey/);
  });
});

describe('a physical function that somebody changed (community.vmware, facts after 1318)', () => {
  it('is seen, named with both addresses, and put back', async () => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', (vm) => {
      vm.sriovCards = vm.sriovCards.map((one) => ({ ...one, physicalFunction: OTHER_PF }));
    });
    await scene.settle();
    const journal = scene.object().status?.journal ?? [];
    expect(journal.filter(({ action }) => action === 'ReconfigureVm')).toHaveLength(2);
    expect(scene.vm().sriovCards).toMatchObject([{ physicalFunction: PF }]);
  });
});

describe('the order of several cards (community.vmware 1218)', () => {
  it('is that of their attachments: each is added by a request of its own', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    const macs = ['00:50:56:3f:00:01', '00:50:56:3f:00:02', '00:50:56:3f:00:03'];
    for (const [index, macAddress] of [...macs.entries()].reverse()) {
      const port = 1 + (index % 2);
      scene.attach(`card-${index}`, { macAddress, function: { kind: 'Virtual', adapter: 'fabric0', port } });
    }
    await scene.settle();
    expect(scene.vm().sriovCards.map(({ macAddress }) => macAddress)).toEqual(macs);
    expect(scene.vsphere.writes.filter((write) => write.startsWith('reconfigure'))).toHaveLength(3);
    expect(scene.vsphere.writes.filter((write) => write.startsWith('powerOff'))).toHaveLength(1);
  });
});

describe('the memory lock (terraform-provider-vsphere 1920, 2692)', () => {
  const lock = { changeVersion: '1', addSriovCards: [], removeDeviceKeys: [], lockMemory: true, memoryReservationMB: undefined };
  const vm = { memoryMB: 4096, passthroughDevices: new Map(), automaticAddressType: 'assigned' } as const;

  it('is sent with the reservation itself, which a server may not derive from it', () => {
    expect(reconfigureSpec(lock, vm)).toMatchObject({ memoryReservationLockedToMax: true, memoryAllocation: { reservation: 4096 } });
  });

  it('is not taken back by a change that says nothing about memory', () => {
    expect(reconfigureSpec({ ...lock, lockMemory: undefined }, vm)).toMatchObject({
      memoryReservationLockedToMax: undefined,
      memoryAllocation: undefined,
    });
  });

  it('that was lost under a card is drift, and comes again with the reservation', async () => {
    const scene = await attached();
    scene.vsphere.edit('vm-1', (one) => Object.assign(one, { memoryLockedToMax: false, memoryReservationMB: 0 }));
    await scene.settle();
    expect(scene.vm()).toMatchObject({
      memoryLockedToMax: true,
      memoryReservationMB: 4096,
      sriovCards: [fakeCard(4000, {}).key].map((key) => ({ key })),
    });
  });
});
