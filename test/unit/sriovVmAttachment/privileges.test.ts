/** A vSphere user who may not make a change: that is said before the VM loses its power for it. */
import { describe, expect, it } from '@jest/globals';
import type { Privilege } from '../../../operator/ports/privileges.ts';
import { INTERVALS, Scene } from './scene.ts';

const running = { vm: { powerState: 'poweredOn' } } as const;

describe('a VM that runs', () => {
  it.each<{ readonly lacking: Privilege; readonly where: string; readonly why: string }>([
    { lacking: 'VirtualMachine.Config.AddRemoveDevice', where: 'on VM db-01', why: 'the card could not be added' },
    { lacking: 'VirtualMachine.Config.Resource', where: 'on VM db-01', why: 'the memory could not be locked' },
    { lacking: 'VirtualMachine.Interact.PowerOff', where: 'on VM db-01', why: 'it could not be powered off' },
    { lacking: 'VirtualMachine.Interact.PowerOn', where: 'on VM db-01', why: 'it would stay off' },
    { lacking: 'Network.Assign', where: 'on port group fabric', why: 'the card could not be connected' },
  ])('is left alone without $lacking: $why', async ({ lacking, where }) => {
    const scene = new Scene(running);
    scene.vsphere.lacking = [lacking];
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False VspherePermissionDenied');
    expect(scene.verdict('Stalled')).toBe('Stalled=True VspherePermissionDenied');
    expect(scene.condition('Ready')?.message).toContain(`lacks ${lacking} ${where}`);
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.object().status?.journal).toBeUndefined();
    scene.vsphere.lacking = [];
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('is not held up by a privilege that its change does not take', async () => {
    const scene = new Scene(running);
    scene.vsphere.lacking = ['Resource.ColdMigrate'];
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('is asked about again in a while, since nobody tells of a right that is granted', async () => {
    const scene = new Scene(running);
    scene.vsphere.lacking = ['Network.Assign'];
    scene.attach();
    expect(await scene.look()).toEqual({ kind: 'requeueAfter', ms: INTERVALS.recheckMs });
    const { writes } = scene.cluster;
    await scene.look();
    expect(scene.cluster.writes).toBe(writes);
  });

  it('is changed where the server does not tell: vSphere has the say', async () => {
    const scene = new Scene(running);
    scene.vsphere.lacking = undefined;
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('keeps its card when the attachment is deleted by a user who may not take it out', async () => {
    const scene = new Scene(running);
    scene.attach();
    await scene.settle();
    const before = scene.vsphere.writes.length;
    scene.vsphere.lacking = ['VirtualMachine.Config.AddRemoveDevice'];
    scene.delete('a');
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False VspherePermissionDenied');
    expect(scene.condition('Ready')?.message).toContain('sriov.esxi.io/abandon');
    expect(scene.vsphere.writes).toHaveLength(before);
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [expect.anything()] });
  });
});

describe('what it costs', () => {
  it('is one question for a change, and none at rest', async () => {
    const scene = new Scene(running);
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.reads.filter((read) => read === 'missingPrivileges').length).toBeLessThanOrEqual(2);
    scene.vsphere.reads.length = 0;
    await scene.settle();
    expect(scene.vsphere.reads).not.toContain('missingPrivileges');
  });

  it('is none for a VM that nobody may power off', async () => {
    const scene = new Scene(running);
    scene.attach('a', { powerPolicy: { powerOff: 'Never' } });
    await scene.settle();
    expect(scene.vsphere.reads).not.toContain('missingPrivileges');
    scene.vsphere.stop(scene.vm());
    scene.vsphere.lacking = ['VirtualMachine.Config.AddRemoveDevice'];
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False VspherePermissionDenied');
    expect(scene.vsphere.writes).toEqual([]);
  });
});

describe('a VM that is to be moved first', () => {
  it('stays where it is without Resource.ColdMigrate', async () => {
    const scene = new Scene(running);
    const host = scene.vsphere.hosts.get('host-1');
    if (host === undefined) throw new Error('no host');
    scene.vsphere.hosts.set('host-2', { ...host, moRef: 'host-2', name: 'esx-02.example.com', ipAddresses: [] });
    scene.vsphere.edit('vm-1', (vm) => {
      vm.hostMoRef = 'host-2';
    });
    scene.vsphere.lacking = ['Resource.ColdMigrate'];
    scene.attach('a', { relocation: 'Cold' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False VspherePermissionDenied');
    expect(scene.vsphere.writes).toEqual([]);
  });
});
