/** Powering a VM off is done only as allowed, and a VM that lost its power to us gets it back. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { INTERVALS, Scene } from './scene.ts';

const running = (more: object = {}) => new Scene({ vm: { powerState: 'poweredOn', ...more } });
const RETRY = 'sriov.esxi.io/retry';

describe('powerPolicy', () => {
  it('Never: waits, shows what it waits for, and attaches once somebody powers the VM off', async () => {
    const scene = running();
    scene.attach('a', { powerPolicy: { powerOff: 'Never' } });
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=False PowerOffNotAllowed');
    expect(scene.object().status?.plan).toMatchObject({
      vmPowerOffs: 0,
      steps: [{ kind: 'AddFinalizer' }, { kind: 'AwaitPowerOff' }, { kind: 'ReconfigureVm' }],
    });
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
    expect(scene.vm().powerState).toBe('poweredOff');
  });

  it('GuestShutdown: asks the guest and waits without holding a worker', async () => {
    const scene = running({ guest: 'ignores' });
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 300 } });
    expect(await scene.look()).toEqual({ kind: 'requeueAfter', ms: INTERVALS.powerPollMs });
    expect(scene.verdict('Reconciling')).toBe('Reconciling=True PoweringOff');
    expect(scene.object().status?.power).toEqual({ poweredOffByUs: true, requestedTime: '2026-01-01T00:00:00Z' });
    const writes = scene.cluster.writes;
    await scene.look();
    expect(scene.cluster.writes).toBe(writes);
    scene.vm().guest = 'obeys';
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each([
    { method: 'systemId', why: 'nothing was sent at all' },
    { method: 'vm', why: 'the look just before did not come to its end' },
  ])('GuestShutdownThenPowerOff: the time of a guest that was not asked does not run ($why)', async ({ method }) => {
    const scene = running();
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdownThenPowerOff', timeoutSeconds: 300 } });
    const away = new PortError('VsphereUnreachable', 'the vCenter is away');
    // The look at the VM succeeds twice, from memory and for the decision; the one just before the write does not.
    let reads = 0;
    const open = scene.vsphere.open.bind(scene.vsphere);
    scene.vsphere.open = (target) => {
      const session = open(target);
      const read = session.vm.bind(session);
      session.vm = async (...args) => {
        reads += 1;
        if (method === 'vm' && reads === 3) throw away;
        return await read(...args);
      };
      return session;
    };
    if (method === 'systemId') scene.vsphere.failures.set(method, [away]);
    expect(await scene.look()).toBe(away);
    expect(scene.object().status?.power).toBeUndefined();
    scene.nowMs += 400_000;
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['shutdownGuest vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
  });

  it('GuestShutdownThenPowerOff: a guest that a dead operator had only meant to ask is asked, and gets all its time', async () => {
    const scene = running();
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdownThenPowerOff', timeoutSeconds: 300 } });
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power?.requestedTime !== undefined) scene.crash(new Error('the operator dies'));
    };
    await expect(scene.look()).rejects.toThrow('the operator dies');
    scene.cluster.afterWrite = () => undefined;
    expect(scene.vsphere.writes).toEqual([]);
    scene.nowMs += 3_600_000;
    scene.restart();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['shutdownGuest vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('GuestShutdown: never cuts the power, says when the time is up, and asks again on a retry', async () => {
    const scene = running({ guest: 'ignores' });
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 60 } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False GuestShutdownTimedOut');
    expect(scene.vsphere.writes).not.toContain('powerOff vm-1');
    scene.vm().guest = 'obeys';
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(scene.verdict()).toBe('Ready=False GuestShutdownTimedOut');
    scene.annotate('a', { [RETRY]: '1' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().powerState).toBe('poweredOn');
  });

  it('GuestShutdown: a guest that shuts down after all, but late, is powered on again', async () => {
    const scene = running({ guest: 'ignores' });
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown', timeoutSeconds: 60 } });
    await scene.settle();
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('GuestShutdown: needs VMware Tools, and says so before anything happens', async () => {
    const scene = running({ toolsRunning: false });
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown' } });
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=False GuestToolsNotRunning');
  });

  it.each([
    { why: 'the guest does not shut down in time', vm: { guest: 'ignores' as const }, first: 'shutdownGuest vm-1' },
    { why: 'VMware Tools do not run', vm: { toolsRunning: false }, first: 'powerOff vm-1' },
  ])('GuestShutdownThenPowerOff: cuts the power when $why', async ({ vm, first }) => {
    const scene = running(vm);
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdownThenPowerOff', timeoutSeconds: 60 } });
    await scene.settle();
    expect(scene.vsphere.writes[0]).toBe(first);
    expect(scene.vsphere.writes.slice(-3)).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});

describe('a change that fails after the VM was powered off', () => {
  it('is not tried with another power-off: the VM runs again as it was, and the attachment is stalled', async () => {
    const scene = running();
    scene.vsphere.reservableMB = 1024;
    scene.attach();
    expect(await scene.look()).toBeInstanceOf(Error);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'powerOn vm-1']);
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [], memoryLockedToMax: false });
    expect(scene.verdict('Stalled')).toBe('Stalled=True ChangeRefused');
    expect(scene.condition('Ready')?.message).toContain('InsufficientHostMemoryCapacityFault');
    scene.vsphere.reservableMB = 65_536;
    await scene.settle();
    expect(scene.vsphere.writes).toHaveLength(2);
    scene.annotate('a', { [RETRY]: '1' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('still gives the VM its power when that fails the first time', async () => {
    const scene = running();
    scene.vsphere.reservableMB = 1024;
    scene.vsphere.failures.set('powerOn', [new PortError('VsphereTaskFailed', 'the host is busy')]);
    scene.attach();
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOn');
    expect(scene.verdict('Stalled')).toBe('Stalled=True ChangeRefused');
  });

  it('is tried again after a changed spec', async () => {
    const scene = running();
    scene.vsphere.failures.set('reconfigure', [new PortError('VsphereTaskFailed', 'InvalidDeviceSpec')]);
    scene.attach();
    await scene.settle();
    expect(scene.verdict('Stalled')).toBe('Stalled=True ChangeRefused');
    scene.change('a', { network: { portGroup: 'other' } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each([
    { why: 'the connection broke and the outcome is unknown', error: new PortError('ConnectionLost', 'the connection broke') },
    { why: 'somebody else changed the VM', error: new PortError('VsphereConcurrentChange', 'the VM was changed') },
    { why: 'another task holds the VM', error: new PortError('VsphereTaskFailed', 'busy', { detail: { fault: 'TaskInProgress' } }) },
  ])('goes on without a second power-off when $why', async ({ error }) => {
    const scene = running();
    scene.vsphere.failures.set('reconfigure', [error]);
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('names what keeps the VM from powering on, and keeps trying', async () => {
    const scene = running();
    const text = 'No SR-IOV virtual function (VF) is available for given physical function (PF) (0000:3b:00.0).';
    scene.vsphere.failures.set('powerOn', [new PortError('VsphereTaskFailed', text)]);
    scene.attach();
    await scene.look();
    expect(scene.verdict()).toBe('Ready=False NoFreeVirtualFunction');
    expect(scene.object().status?.power).toEqual({ poweredOffByUs: true });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().powerState).toBe('poweredOn');
  });
});

describe('power that is owed', () => {
  it('is not owed any more by a VM that runs: somebody who powers it off later wants it off', async () => {
    const scene = running();
    scene.attach();
    scene.vsphere.failures.set('powerOff', [new PortError('ConnectionLost', 'the connection broke')]);
    await scene.look();
    expect(scene.object().status?.power).toEqual({ poweredOffByUs: true });
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False PowerOffNotAllowed');
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().powerState).toBe('poweredOff');
  });

  it('is given although the change cannot be made any more', async () => {
    const scene = running();
    scene.attach();
    scene.vsphere.afterWrite = (what) => {
      if (what === 'powerOff vm-1') scene.vsphere.networks.clear();
    };
    scene.vsphere.failures.set('reconfigure', [new PortError('VsphereObjectNotFound', 'no port group fabric')]);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'powerOn vm-1']);
    expect(scene.verdict()).toBe('Ready=False PortGroupNotFound');
  });

  it('waits for a guest that does not want to be asked twice', async () => {
    const scene = running({ guest: 'ignores' });
    scene.attach('a', { powerPolicy: { powerOff: 'GuestShutdown' } });
    await scene.look();
    scene.vsphere.failures.set('shutdownGuest', [new PortError('VsphereFault', 'ShutdownGuest failed (InvalidState)')]);
    await scene.look();
    expect(scene.verdict('Reconciling')).toBe('Reconciling=True PoweringOff');
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});
