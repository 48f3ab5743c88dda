/** A VM on another host of the same vCenter: moved while it is off where that is allowed, with the one power-off that the card needs anyway. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { hostObject, PF, Scene, type SceneOptions } from './scene.ts';

const COLD = { relocation: 'Cold' } as const;

function elsewhere(vm: SceneOptions['vm'] = {}): Scene {
  const scene = new Scene({ vm: { hostMoRef: 'host-2', ...vm } });
  const host = scene.vsphere.hosts.get('host-1');
  if (host === undefined) throw new Error('the scene has no host');
  scene.vsphere.hosts.set('host-2', { ...host, moRef: 'host-2', name: 'esx-02.example.com', ipAddresses: [] });
  return scene;
}

describe('a VM on another host', () => {
  it('is moved and gets its card, within one power-off', async () => {
    const scene = elsewhere({ powerState: 'poweredOn' });
    scene.attach('a', COLD);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'relocate vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm()).toMatchObject({ hostMoRef: 'host-1', powerState: 'poweredOn' });
    expect(scene.object().status?.journal?.map(({ action }) => action)).toEqual(['PowerOffVm', 'RelocateVm', 'ReconfigureVm', 'PowerOnVm']);
    expect(scene.cluster.events.map(({ reason }) => reason)).toContain('Relocating');
  });

  it('stays off when it was off', async () => {
    const scene = elsewhere();
    scene.attach('a', COLD);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['relocate vm-1', 'reconfigure vm-1']);
  });

  it('shows the move in the plan of a host that is only observed, and is not moved', async () => {
    const scene = elsewhere({ powerState: 'poweredOn' });
    scene.cluster.put('SriovHost', hostObject({ mode: 'Observe' }));
    scene.attach('a', COLD);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.object().status?.plan?.steps.map(({ kind }) => kind)).toEqual(['AddFinalizer', 'PowerOffVm', 'RelocateVm']);
  });

  it.each([
    { why: 'nobody allows it to be moved', vm: {}, spec: {}, reason: 'VmOnOtherHost' },
    {
      why: 'a card holds it to its host',
      vm: { sriovCards: [fakeCard(4000, { physicalFunction: PF })] },
      spec: COLD,
      reason: 'VmOnOtherHost',
    },
    { why: 'another passthrough device does', vm: { passthroughDevices: 1 }, spec: COLD, reason: 'VmOnOtherHost' },
    {
      why: 'it runs and may not be powered off',
      vm: {},
      spec: { ...COLD, powerPolicy: { powerOff: 'Never' } },
      reason: 'PowerOffNotAllowed',
    },
    { why: 'it has a snapshot, so that no card could be added', vm: { hasSnapshot: true }, spec: COLD, reason: 'VmHasSnapshot' },
  ] as const)('is left alone when $why', async ({ vm, spec, reason }) => {
    const scene = elsewhere({ powerState: 'poweredOn', ...vm });
    scene.attach('a', spec);
    await scene.settle();
    expect(scene.verdict()).toBe(`Ready=False ${reason}`);
    expect(scene.vsphere.writes).toEqual([]);
  });

  it('is left alone when the host does not reach its files, which the message names', async () => {
    const scene = elsewhere({ powerState: 'poweredOn' });
    scene.vsphere.unreachableDatastores = ['local-02', 'scratch-02'];
    scene.attach('a', COLD);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=False DatastoreNotReachable');
    expect(scene.condition('Ready')?.message).toContain('local-02, scratch-02');
    expect(scene.vsphere.writes).toEqual([]);
  });

  it('is not moved to and fro by two attachments that want it on two hosts', async () => {
    const scene = elsewhere();
    const other = hostObject();
    scene.cluster.put('SriovHost', {
      ...other,
      metadata: { ...other.metadata, name: 'esx-02', uid: 'uid-2' },
      spec: { ...other.spec, esxi: { ...other.spec.esxi, address: 'esx-02.example.com' } },
    });
    scene.vsphere.networks.set('host-2', scene.vsphere.networks.get('host-1') ?? []);
    scene.attach('b', { ...COLD, hostRef: { name: 'esx-02' } });
    await scene.look('b');
    scene.attach('a', { ...COLD, macAddress: '00:50:56:3f:00:02' });
    await scene.settle();
    expect(scene.vsphere.writes.filter((write) => write.startsWith('relocate'))).toEqual([]);
    expect(scene.verdict('Ready', 'b')).toBe('Ready=True Succeeded');
    expect(scene.verdict()).toBe('Ready=False VmOnOtherHost');
  });

  it('gets its power back where it was when vSphere refuses the move, and is not powered off for it again', async () => {
    const scene = elsewhere({ powerState: 'poweredOn' });
    const text = 'RelocateVM_Task failed: the host has no network VM Network 2';
    scene.vsphere.failures.set('relocate', [new PortError('VsphereTaskFailed', text)]);
    scene.attach('a', COLD);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'powerOn vm-1']);
    expect(scene.condition('Ready')?.message).toContain(text);
    scene.annotate('a', { 'sriov.esxi.io/retry': '1' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm().hostMoRef).toBe('host-1');
  });
});
