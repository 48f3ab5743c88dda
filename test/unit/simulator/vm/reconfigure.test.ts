/** Reconfiguring a simulated VM: what is refused, and what it looks like afterwards. */
import { describe, expect, it } from '@jest/globals';
import type { VmConfigChange } from '../../../simulator/world/vmReconfigure.ts';
import { byKey, faultOf, PF0, PF1, plainSite, sriovCard, wholeFunction } from './site.ts';

const add = (device: ReturnType<typeof sriovCard>): VmConfigChange => ({ deviceChanges: [{ operation: 'add', device }] });

describe('memory', () => {
  it.each([
    { why: 'nothing is reserved', change: {}, powersOn: false },
    { why: 'one MB is missing', change: { memoryReservationMB: 8191 }, powersOn: false },
    { why: 'all is reserved', change: { memoryReservationMB: 8192 }, powersOn: true },
    { why: 'all is locked', change: { memoryLockedToMax: true }, powersOn: true },
    { why: 'it is locked and has grown in the same change', change: { memoryLockedToMax: true, memoryMB: 16384 }, powersOn: true },
    { why: 'it was reserved and has grown', change: { memoryReservationMB: 8192, memoryMB: 16384 }, powersOn: false },
  ])('of a VM with a SR-IOV card when $why: powers on $powersOn', ({ change, powersOn }) => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.reconfigure(vm, { ...change, ...add(sriovCard(PF0)) });
    if (powersOn) {
      inventory.power.on(vm);
      expect(vm.powerState).toBe('poweredOn');
    } else {
      expect(faultOf(() => inventory.power.on(vm)).message).toBe(
        `Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(${vm.memoryMB}).`,
      );
    }
  });

  it('needs no reservation without such a device', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', vmxnet3: ['VM Network'] });
    inventory.power.on(vm);
    expect(vm.powerState).toBe('poweredOn');
  });

  it('stays reserved when only the lock is taken away', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.reconfigure(vm, { memoryLockedToMax: true, deviceChanges: [] });
    inventory.reconfigure(vm, { memoryLockedToMax: false, deviceChanges: [] });
    expect(vm).toMatchObject({ memoryLockedToMax: false, memoryReservationMB: 8192 });
  });
});

describe('a change', () => {
  it.each([
    { why: 'unknown physical function', device: sriovCard('0000:af:00.0'), type: 'InvalidDeviceBacking' },
    {
      why: 'sriovBacking without a physical function',
      device: sriovCard(undefined, { sriovBackingGiven: true }),
      type: 'InvalidDeviceBacking',
    },
    { why: 'unknown whole function', device: wholeFunction('0000:af:00.0'), type: 'InvalidDeviceBacking' },
    {
      why: 'unknown port group',
      device: sriovCard(PF0, { network: { kind: 'Standard', portGroup: 'nope' } }),
      type: 'InvalidDeviceBacking',
    },
    {
      why: 'unknown distributed port group',
      device: sriovCard(PF0, { network: { kind: 'Distributed', portgroupKey: 'dvportgroup-1', switchUuid: '50' } }),
      type: 'NotFound',
    },
    { why: 'no network', device: sriovCard(PF0, { network: undefined }), type: 'InvalidDeviceSpec' },
    { why: 'bad MAC address', device: sriovCard(PF0, { addressType: 'manual', macAddress: '00:50' }), type: 'InvalidDeviceSpec' },
  ])('with $why is refused ($type) and leaves the VM as it was', ({ device, type }) => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    const before = { devices: vm.devices, changeVersion: vm.changeVersion };
    const change = {
      memoryLockedToMax: true,
      deviceChanges: [sriovCard(PF0), device].map((one) => ({ operation: 'add' as const, device: one })),
    };
    expect(faultOf(() => inventory.reconfigure(vm, change)).type).toBe(type);
    expect(vm).toMatchObject({ ...before, memoryLockedToMax: false, counters: { reconfigures: 0 } });
  });

  it.each(['DeviceHotPlugNotSupported', 'InvalidPowerState'] as const)(
    'of a SR-IOV card on a running VM is refused with %s',
    (hotPlugFault) => {
      const { inventory } = plainSite({ hotPlugFault });
      const vm = inventory.addVm({ name: 'a', hostId: 'host-1', powerState: 'poweredOn' });
      expect(faultOf(() => inventory.reconfigure(vm, add(sriovCard(PF0)))).type).toBe(hotPlugFault);
    },
  );

  it('of memory alone is possible on a running VM', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', powerState: 'poweredOn' });
    inventory.reconfigure(vm, { memoryLockedToMax: true, deviceChanges: [] });
    expect(vm.memoryLockedToMax).toBe(true);
  });

  it('that rests on an old reading is refused', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    const { changeVersion } = vm;
    inventory.editVm(vm, (edited) => {
      edited.memoryMB = 4096;
    });
    expect(faultOf(() => inventory.reconfigure(vm, { changeVersion, ...add(sriovCard(PF0)) })).type).toBe('ConcurrentAccess');
  });

  it('meets somebody else who was quicker by a moment', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.hooks.beforeNext('reconfigure', (other) => other.touch(), vm);
    const change = () => inventory.reconfigure(vm, { changeVersion: vm.changeVersion, ...add(sriovCard(PF0)) });
    const { changeVersion } = vm;
    expect(faultOf(() => inventory.reconfigure(vm, { changeVersion, ...add(sriovCard(PF0)) })).type).toBe('ConcurrentAccess');
    change();
    expect(vm.counters.reconfigures).toBe(1);
  });

  it('meets somebody who powered the VM on', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.hooks.beforeNext('reconfigure', (other) => inventory.power.on(other));
    expect(faultOf(() => inventory.reconfigure(vm, add(sriovCard(PF0)))).type).toBe('DeviceHotPlugNotSupported');
  });

  it('needs virtual hardware 10 for a SR-IOV card', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', hardwareVersion: 'vmx-9' });
    expect(faultOf(() => inventory.reconfigure(vm, add(sriovCard(PF0)))).type).toBe('DeviceUnsupportedForVmVersion');
  });

  it('cannot make an eleventh network card', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', vmxnet3: Array.from({ length: 10 }, () => 'VM Network') });
    expect(faultOf(() => inventory.reconfigure(vm, add(sriovCard(PF0)))).type).toBe('TooManyDevices');
  });

  it('removes by key, and only what is there', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.reconfigure(vm, add(sriovCard(PF0)));
    const key = vm.devices.at(-1)?.key ?? 0;
    const remove: VmConfigChange = { deviceChanges: [{ operation: 'remove', device: byKey('Sriov', key) }] };
    inventory.reconfigure(vm, remove);
    expect(vm.devices.filter((device) => device.kind === 'Sriov')).toEqual([]);
    expect(faultOf(() => inventory.reconfigure(vm, remove)).type).toBe('InvalidDeviceSpec');
  });

  it('edits the physical function and leaves the rest of the card', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.reconfigure(vm, add(sriovCard(PF0, { addressType: 'manual', macAddress: '00:50:56:3F:00:01', allowGuestOsMtuChange: true })));
    const key = vm.devices.at(-1)?.key ?? 0;
    const { physicalFunction } = sriovCard(PF1);
    const device = { ...byKey('Sriov', key), sriovBackingGiven: true, physicalFunction };
    inventory.reconfigure(vm, { deviceChanges: [{ operation: 'edit', device }] });
    expect(vm.devices.at(-1)).toMatchObject({
      key,
      macAddress: '00:50:56:3f:00:01',
      allowGuestOsMtuChange: true,
      physicalFunction: { id: PF1 },
    });
  });

  it('with several new SR-IOV cards does not keep their order', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    inventory.reconfigure(vm, { deviceChanges: [PF0, PF1].map((pf) => ({ operation: 'add', device: sriovCard(pf) })) });
    const cards = vm.devices.flatMap((device) => (device.kind === 'Sriov' ? [device] : []));
    expect(cards.map((card) => card.physicalFunction.id)).toEqual([PF1, PF0]);
    expect(new Set(cards.map((card) => card.macAddress)).size).toBe(2);
  });
});
