/** What goes wrong at the moment of a request is no verdict on it: the change is made at a later look, for the same one power-off. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { Scene } from './scene.ts';

const FAULTS: readonly { readonly why: string; readonly code: 'VsphereFault' | 'VsphereTaskFailed'; readonly fault: string }[] = [
  { why: 'the session ends', code: 'VsphereFault', fault: 'NotAuthenticated' },
  { why: 'the host restarts', code: 'VsphereTaskFailed', fault: 'HostNotConnected' },
  { why: 'vCenter does not reach the host', code: 'VsphereTaskFailed', fault: 'HostNotReachable' },
  { why: 'another task has the VM', code: 'VsphereFault', fault: 'TaskInProgress' },
  { why: 'somebody has just powered it on or off', code: 'VsphereTaskFailed', fault: 'InvalidPowerState' },
];

describe.each(['powerOff', 'reconfigure', 'powerOn'] as const)('right at %s', (method) => {
  it.each(FAULTS)('$why: the VM gets its card all the same', async ({ code, fault }) => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    const failure = new PortError(code, `${method} failed (${fault})`, { detail: { fault } });
    scene.vsphere.failures.set(
      method,
      Array.from({ length: 6 }, () => failure),
    );
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [{}] });
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
  });
});
