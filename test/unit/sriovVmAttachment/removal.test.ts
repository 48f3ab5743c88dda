/** Deletion takes back exactly what the operator added, and never blocks on something that is gone for good. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { MAC, OTHER_PF, PF, Scene } from './scene.ts';

const ABANDON = { 'sriov.esxi.io/abandon': '' };

async function attached(options: ConstructorParameters<typeof Scene>[0] = { vm: { powerState: 'poweredOn' } }): Promise<Scene> {
  const scene = new Scene(options);
  scene.attach();
  await scene.settle();
  scene.vsphere.writes.length = 0;
  return scene;
}

const lastEvent = (scene: Scene) => `${scene.cluster.events.at(-1)?.type} ${scene.cluster.events.at(-1)?.reason}`;

describe('deletion', () => {
  it('removes the card, restores the memory setting and the power, and lets the object go', async () => {
    const scene = await attached({ vm: { powerState: 'poweredOn', memoryReservationMB: 512 } });
    scene.delete('a');
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.vm()).toMatchObject({ sriovCards: [], memoryLockedToMax: false, memoryReservationMB: 512, powerState: 'poweredOn' });
    expect(scene.find()).toBeUndefined();
    expect(scene.cluster.events.slice(-4).map(({ reason }) => reason)).toEqual(['PoweringOff', 'Reconfiguring', 'PoweringOn', 'Detached']);
  });

  it('leaves other cards alone, and the memory locked as they need it', async () => {
    const other = fakeCard(4000, { physicalFunction: PF });
    const scene = await attached({ vm: { sriovCards: [other] } });
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toEqual([other]);
    expect(scene.vm().memoryLockedToMax).toBe(true);
  });

  it.each([
    { why: 'a passthrough device remains', passthroughDevices: 1 },
    { why: 'nobody knows whether one remains', passthroughDevices: undefined },
  ])('leaves the memory locked while $why', async ({ passthroughDevices }) => {
    const scene = await attached({});
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { passthroughDevices }));
    scene.delete('a');
    await scene.settle();
    expect(scene.vm()).toMatchObject({ sriovCards: [], memoryLockedToMax: true });
    expect(scene.find()).toBeUndefined();
  });

  it('leaves memory locked that was locked before', async () => {
    const scene = await attached({ vm: { memoryLockedToMax: true, memoryReservationMB: 4096 } });
    scene.delete('a');
    await scene.settle();
    expect(scene.vm()).toMatchObject({ sriovCards: [], memoryLockedToMax: true, memoryReservationMB: 4096 });
  });

  it('never removes a card that somebody added under the same device key', async () => {
    const scene = await attached({});
    const foreign = fakeCard(scene.object().status?.device?.key ?? 0, { physicalFunction: OTHER_PF, macAddress: '00:50:56:00:00:42' });
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { sriovCards: [foreign] }));
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toEqual([foreign]);
    expect(scene.find()).toBeUndefined();
    expect(lastEvent(scene)).toBe('Warning CardLeftBehind');
  });

  it('waits where no power-off is allowed, and goes on when somebody powers the VM off', async () => {
    const scene = await attached();
    scene.change('a', { powerPolicy: { powerOff: 'Never' } });
    scene.delete('a');
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict()).toBe('Ready=False PowerOffNotAllowed');
    expect(scene.condition('Ready')?.message).toContain('sriov.esxi.io/abandon');
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
    expect(scene.find()).toBeUndefined();
  });

  it('retains card and memory setting where the policy says so, without asking vSphere', async () => {
    const scene = await attached();
    scene.change('a', { deletionPolicy: 'Retain' });
    scene.vsphere.unreachable = true;
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vm().sriovCards).toHaveLength(1);
  });

  it.each([
    { why: 'the VM is gone', lose: (scene: Scene) => scene.vsphere.vms.clear() },
    { why: 'the SriovHost is gone', lose: (scene: Scene) => scene.cluster.objects.SriovHost.clear() },
  ])('lets the object go when $why, with a warning', async ({ lose }) => {
    const scene = await attached();
    lose(scene);
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(lastEvent(scene)).toBe('Warning CardLeftBehind');
  });

  it('retries while the server does not answer, says how to let go, and does so when told', async () => {
    const scene = await attached();
    scene.vsphere.unreachable = true;
    scene.delete('a');
    expect(await scene.look()).toBeInstanceOf(PortError);
    expect(scene.condition('Ready')?.message).toContain('sriov.esxi.io/abandon');
    scene.annotate('a', ABANDON);
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.cluster.events.at(-1)).toMatchObject({ type: 'Warning', reason: 'CardLeftBehind' });
    expect(scene.cluster.events.at(-1)?.note).toContain(MAC);
  });

  it('does not take the loss of the right to see a VM for its end', async () => {
    const scene = await attached();
    const denied = new PortError('VspherePermissionDenied', 'no privilege System.View');
    scene.vsphere.failures.set('findVms', [denied, denied]);
    scene.delete('a');
    await scene.look();
    expect(scene.find()).toBeDefined();
    expect(scene.verdict('Stalled')).toBe('Stalled=True VspherePermissionDenied');
  });

  it('finds the card in a VM that was renamed meanwhile', async () => {
    const scene = await attached({});
    scene.vsphere.edit('vm-1', (vm) => Object.assign(vm, { name: 'db-01-old' }));
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toEqual([]);
    expect(scene.find()).toBeUndefined();
  });

  it('takes back on a host that does not allow attachments any more what was attached while it did', async () => {
    const scene = await attached({});
    const host = scene.cluster.hosts.get('lab/esx-01');
    if (host !== undefined) scene.cluster.put('SriovHost', { ...host, spec: { ...host.spec, adapters: [] } });
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toEqual([]);
    expect(scene.find()).toBeUndefined();
  });

  it('goes at once when nothing was ever attached, whatever the server does', async () => {
    const scene = new Scene();
    scene.vsphere.unreachable = true;
    scene.attach('a', {}, { finalizers: ['sriov.esxi.io/detach'], deletionTimestamp: '2026-01-01T00:00:00Z' });
    await scene.look();
    expect(scene.find()).toBeUndefined();
    expect(scene.vsphere.reads).toEqual([]);
  });

  it('gives a VM its power back that was off for a change when the object was deleted', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    scene.vsphere.failures.set('reconfigure', [new PortError('ConnectionLost', 'the connection broke')]);
    await scene.look();
    expect(scene.vm().powerState).toBe('poweredOff');
    scene.delete('a');
    await scene.settle();
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', sriovCards: [] });
    expect(scene.find()).toBeUndefined();
  });
});
