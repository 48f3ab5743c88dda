/** Power operations, guest shutdown and tasks of the simulated inventory. */
import { describe, expect, it } from '@jest/globals';
import { faultOf, plainSite } from './site.ts';

describe('power', () => {
  it.each([
    { why: 'a template', vm: { template: true }, type: 'NotSupported' },
    { why: 'a running VM', vm: { powerState: 'poweredOn' as const }, type: 'InvalidPowerState' },
  ])('on is refused for $why', ({ vm, type }) => {
    const { inventory } = plainSite();
    const made = inventory.addVm({ name: 'a', hostId: 'host-1', ...vm });
    expect(faultOf(() => inventory.power.on(made)).type).toBe(type);
  });

  it('on is refused in maintenance mode', () => {
    const { inventory, host } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    host.maintenanceMode = true;
    expect(faultOf(() => inventory.power.on(vm)).type).toBe('InvalidState');
  });

  it('off is refused for a VM that is off', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    expect(faultOf(() => inventory.power.off(vm)).type).toBe('InvalidPowerState');
  });

  it('operations wait for the answer to a question', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    vm.question = 'This virtual machine might have been moved or copied.';
    expect(faultOf(() => inventory.power.on(vm)).type).toBe('TaskInProgress');
  });

  it('tells listeners and the host which VMs run', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1' });
    const seen: number[] = [];
    const stop = inventory.onPowerChange(() => seen.push(inventory.runningVms('host-1').length));
    inventory.power.on(vm);
    inventory.power.off(vm);
    stop();
    inventory.power.on(vm);
    expect(seen).toEqual([1, 0]);
    expect(inventory.runningVms('host-1')).toEqual([
      { name: 'a', worldId: vm.worldId, configFile: expect.stringMatching(/a\.vmx$/), uuid: vm.biosUuid },
    ]);
  });
});

describe('shutdown of the guest', () => {
  it('takes effect later', () => {
    const { inventory, clock } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', powerState: 'poweredOn' });
    vm.guestShutdown = 5000;
    inventory.power.shutdownGuest(vm);
    clock.advance(4999);
    expect(vm.powerState).toBe('poweredOn');
    clock.advance(1);
    expect(vm).toMatchObject({ powerState: 'poweredOff', counters: { guestShutdowns: 1, powerOffs: 0 } });
  });

  it('can be ignored', () => {
    const { inventory, clock } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', powerState: 'poweredOn' });
    vm.guestShutdown = 'ignored';
    inventory.power.shutdownGuest(vm);
    clock.advance(3_600_000);
    expect(vm.powerState).toBe('poweredOn');
  });

  it('needs VMware Tools', () => {
    const { inventory } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', powerState: 'poweredOn', toolsInstalled: false });
    expect(faultOf(() => inventory.power.shutdownGuest(vm)).type).toBe('ToolsUnavailable');
  });

  it('does not reach a later run of the same VM', () => {
    const { inventory, clock } = plainSite();
    const vm = inventory.addVm({ name: 'a', hostId: 'host-1', powerState: 'poweredOn' });
    vm.guestShutdown = 1000;
    inventory.power.shutdownGuest(vm);
    inventory.power.off(vm);
    inventory.power.on(vm);
    clock.advance(2000);
    expect(vm.powerState).toBe('poweredOn');
  });
});

describe('tasks', () => {
  it('take their time, and a VM has one at a time', async () => {
    const { inventory, clock } = plainSite({ taskMs: 10 });
    const request = { method: 'PowerOnVM_Task', descriptionId: 'VirtualMachine.powerOn', subject: { vmNumber: 42, name: 'a' } };
    let effects = 0;
    const task = inventory.tasks.start(request, () => {
      effects += 1;
    });
    expect(task.state).toBe('running');
    expect(faultOf(() => inventory.tasks.start(request, () => undefined)).type).toBe('TaskInProgress');
    clock.advance(10);
    await new Promise((resolve) => setImmediate(resolve));
    expect({ effects, state: task.state }).toEqual({ effects: 1, state: 'success' });
    expect(inventory.tasks.start(request, () => undefined).state).toBe('running');
  });
});
