/** Virtual functions and whole physical functions: who holds which, from power-on to power-off. */
import { describe, expect, it } from '@jest/globals';
import type { Inventory } from '../../../simulator/world/inventory.ts';
import type { SimVm } from '../../../simulator/world/vm.ts';
import { faultOf, PF0, PF1, physicalFunction, plainSite, sriovCard, wholeFunction } from './site.ts';

function vmWith(inventory: Inventory, name: string, devices: readonly ReturnType<typeof sriovCard>[]): SimVm {
  const vm = inventory.addVm({ name, hostId: 'host-1' });
  inventory.reconfigure(vm, { memoryLockedToMax: true, deviceChanges: devices.map((device) => ({ operation: 'add', device })) });
  return vm;
}

function functionsOf(vm: SimVm): readonly (string | undefined)[] {
  return vm.devices.flatMap((device) => (device.kind === 'Sriov' ? [device.virtualFunction] : []));
}

describe('virtual functions of a host', () => {
  it('are taken at power-on and given back at power-off', () => {
    const { inventory } = plainSite();
    const vm = vmWith(inventory, 'a', [sriovCard(PF0)]);
    expect(functionsOf(vm)).toEqual([undefined]);
    inventory.power.on(vm);
    expect(functionsOf(vm)).toEqual(['0000:3b:01.0']);
    expect(inventory.virtualFunctionOwner('host-1', '0000:3b:01.0')).toBe(vm.worldId);
    inventory.power.off(vm);
    expect(functionsOf(vm)).toEqual([undefined]);
    expect(inventory.virtualFunctionOwner('host-1', '0000:3b:01.0')).toBeUndefined();
  });

  it('run out with the text of KB 309346, and the refused VM stays off and holds nothing', () => {
    const { inventory } = plainSite();
    const [first, second] = [vmWith(inventory, 'a', [sriovCard(PF1)]), vmWith(inventory, 'b', [sriovCard(PF0), sriovCard(PF1)])];
    inventory.power.on(first);
    expect(faultOf(() => inventory.power.on(second)).message).toBe(
      'Failed to power on virtual machine b, pciPassthru:0: No SR-IOV virtual function (VF) is available for given physical function (PF) (0000:3b:00.1).',
    );
    expect(second).toMatchObject({ powerState: 'poweredOff', worldId: undefined, counters: { powerOns: 0 } });
    expect(functionsOf(second)).toEqual([undefined, undefined]);
    inventory.power.off(first);
    inventory.power.on(second);
    expect(functionsOf(second)).toEqual(['0000:3b:02.0', '0000:3b:01.0']);
  });

  it('differ for two cards of one VM on one physical function', () => {
    const { inventory } = plainSite();
    const vm = vmWith(inventory, 'a', [sriovCard(PF0), sriovCard(PF0)]);
    inventory.power.on(vm);
    expect(new Set(functionsOf(vm))).toEqual(new Set(['0000:3b:01.0', '0000:3b:01.1']));
  });

  it('are never given twice, whatever the order of power operations', () => {
    const { inventory } = plainSite();
    const vms = ['a', 'b', 'c'].map((name) => vmWith(inventory, name, [sriovCard(undefined)]));
    for (const vm of [...vms, ...vms].reverse()) {
      if (vm.powerState === 'poweredOff') {
        inventory.power.on(vm);
      } else {
        inventory.power.off(vm);
        inventory.power.on(vm);
      }
      const held = vms.flatMap(functionsOf).filter((address) => address !== undefined);
      expect(new Set(held).size).toBe(held.length);
    }
    expect(vms.every((vm) => vm.powerState === 'poweredOn')).toBe(true);
  });

  it.each([
    { why: 'the wished function is free', taken: 0, hint: '0000:3b:01.1', expected: '0000:3b:01.1' },
    { why: 'the wished function is taken: a wish is no promise', taken: 1, hint: '0000:3b:01.0', expected: '0000:3b:01.1' },
    { why: 'the wished function is of another physical function', taken: 0, hint: '0000:3b:02.0', expected: '0000:3b:01.0' },
  ])('are chosen by the hint where possible: $why', ({ taken, hint, expected }) => {
    const { inventory } = plainSite();
    if (taken > 0) {
      inventory.power.on(vmWith(inventory, 'other', [sriovCard(PF0)]));
    }
    const vm = vmWith(inventory, 'a', [sriovCard(PF0, { virtualFunctionHint: hint })]);
    inventory.power.on(vm);
    expect(functionsOf(vm)).toEqual([expected]);
  });

  it('read back as Automatic-<physical function> when the host chose', () => {
    const { inventory, host } = plainSite();
    host.physicalFunctions = [physicalFunction(PF0, 0), physicalFunction(PF1, 1)];
    const vm = vmWith(inventory, 'a', [sriovCard(undefined)]);
    inventory.power.on(vm);
    expect(vm.devices.at(-1)).toMatchObject({
      automatic: true,
      physicalFunction: { id: `Automatic-${PF1}` },
      virtualFunction: '0000:3b:02.0',
    });
  });

  it('go with the host, which counts as a crash of the VM and not as a power-off', () => {
    const { inventory, host } = plainSite();
    const vm = vmWith(inventory, 'a', [sriovCard(PF0)]);
    inventory.power.on(vm);
    host.up = false;
    inventory.hostWentDown(host.id);
    expect(vm).toMatchObject({ powerState: 'poweredOff', counters: { crashes: 1, powerOffs: 0 } });
    expect(inventory.runningVms(host.id)).toEqual([]);
    expect(faultOf(() => inventory.power.on(vm)).type).toBe('HostNotConnected');
  });
});

describe('a whole physical function', () => {
  it('takes the virtual functions away, and one VM holds it at a time', () => {
    const { inventory, host } = plainSite();
    const [first, second] = [vmWith(inventory, 'sm', [wholeFunction(PF0)]), vmWith(inventory, 'sm-2', [wholeFunction(PF0)])];
    const sriov = vmWith(inventory, 'a', [sriovCard(PF0)]);
    expect(faultOf(() => inventory.power.on(first)).message).toContain('Device 59:0.0 is not a passthrough device.');
    inventory.setPassthrough(host.id, PF0, { enabled: true, applied: true });
    inventory.power.on(first);
    expect(faultOf(() => inventory.power.on(second)).message).toContain('is not a passthrough device');
    expect(faultOf(() => inventory.power.on(sriov)).message).toContain('No SR-IOV virtual function');
  });

  it('becomes active with the next boot where the host cannot rebind at once', () => {
    const { inventory, host, clock } = plainSite();
    inventory.setPassthrough(host.id, PF0, { enabled: true, applied: false });
    const active = () => inventory.passthrough.active(host.id, PF0, host.bootTime.getTime());
    expect(active()).toBe(false);
    host.bootTime.setTime(clock.now() + 1);
    expect(active()).toBe(true);
  });

  it.each([
    { why: 'a decimal device id, which a reconfigure accepts (govmomi #2248)', device: { deviceId: '4125' } },
    { why: 'the system id of another host', device: { systemId: '00000000-0000-0000-0000-000000000000' } },
  ])('is refused at power-on with $why', ({ device }) => {
    const { inventory, host } = plainSite();
    inventory.setPassthrough(host.id, PF0, { enabled: true, applied: true });
    const vm = vmWith(inventory, 'sm', [wholeFunction(PF0, device)]);
    expect(faultOf(() => inventory.power.on(vm)).message).toMatch(/^The systemId does not match the current system/);
  });
});
