/** Powering a VM off is done only as allowed, and a VM that lost its power to us gets it back. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { INTERVALS, MAC, PF, Scene } from './scene.ts';

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

describe('the look before the power-off', () => {
  it('stops when the VM was changed since the plan was made', async () => {
    const scene = running();
    scene.attach();
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power === undefined || scene.vm().memoryMB === 8192) return;
      scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { memoryMB: 8192 }));
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=False VmChangedMeanwhile');
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each(['PowerOff', 'GuestShutdown'] as const)('leaves a VM off that somebody else powers off first: %s', async (powerOff) => {
    const scene = running();
    scene.attach('a', { powerPolicy: { powerOff } });
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power !== undefined) scene.vsphere.stop(scene.vm());
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.object().status?.power).toBeUndefined();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('does not power off a VM that asks a question by now', async () => {
    const scene = running();
    scene.attach();
    scene.cluster.afterWrite = () => {
      if (scene.object().status?.power !== undefined) scene.vm().question = 'Continue?';
    };
    await scene.look();
    expect(scene.vsphere.writes).toEqual([]);
  });
});

describe('the look before the reconfiguration', () => {
  it.each([
    { why: 'runs again', meddle: (scene: Scene) => scene.vsphere.start(scene.vm()) },
    {
      why: 'has another card by now',
      meddle: (scene: Scene) =>
        scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [fakeCard(4000, { physicalFunction: PF })] })),
    },
  ])('stops when the VM $why, and starts over', async ({ meddle }) => {
    const scene = running({ memoryLockedToMax: true });
    scene.attach();
    let meddled = false;
    scene.vsphere.afterWrite = (what) => {
      if (meddled || what !== 'powerOff vm-1') return;
      meddled = true;
      meddle(scene);
    };
    await scene.look();
    expect(scene.verdict()).toBe('Ready=False VmChangedMeanwhile');
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1']);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().sriovCards.filter(({ macAddress }) => macAddress === MAC)).toHaveLength(1);
    expect(scene.vm().powerState).toBe('poweredOn');
  });
});
