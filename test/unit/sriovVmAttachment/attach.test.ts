/** The whole way of an attachment against a vSphere server in memory: from nothing to a card that works, and nothing after that. */
import { describe, expect, it } from '@jest/globals';
import { MAC, PF, PF_MAC, Scene } from './scene.ts';

describe('attaching', () => {
  it('powers a running VM off, adds card and memory lock in one change, and powers it on again', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.vm()).toMatchObject({ powerState: 'poweredOn', memoryLockedToMax: true, memoryReservationMB: 4096 });
    const [card] = scene.vm().sriovCards;
    expect(scene.object().status?.device).toEqual({
      key: card?.key,
      macAddress: MAC,
      physicalFunction: PF,
      physicalFunctionMacAddress: PF_MAC,
      virtualFunction: card?.virtualFunction,
      portGroup: 'fabric',
    });
    expect(scene.object().status?.restore).toEqual({ memoryLockedToMax: false, memoryReservationMB: 0 });
  });

  it('leaves no trace of the change in status once it is verified', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    await scene.settle();
    expect(scene.object().status).not.toHaveProperty('change');
    expect(scene.object().status).not.toHaveProperty('power');
    expect(scene.object().status).not.toHaveProperty('plan');
  });

  it('does not touch the power of a VM that is off', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1']);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('powers a VM on that was off when powerPolicy.powerOn asks for it, once and never again', async () => {
    const scene = new Scene();
    scene.attach('a', { powerPolicy: { powerOn: true } });
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['reconfigure vm-1', 'powerOn vm-1']);
    scene.vsphere.edit('vm-1', (vm) => scene.vsphere.stop(vm));
    await scene.settle();
    expect(scene.vm().powerState).toBe('poweredOff');
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('writes nothing at rest, neither to vSphere nor to Kubernetes', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    await scene.settle();
    const writes = scene.cluster.writes;
    const sent = scene.vsphere.writes.length;
    for (let round = 0; round < 5; round += 1) expect(await scene.look()).toEqual({ kind: 'requeueAfter', ms: 300_000 });
    expect(scene.cluster.writes).toBe(writes);
    expect(scene.vsphere.writes).toHaveLength(sent);
    expect(scene.vsphere.reads.slice(-5)).not.toContain('vmsOfHost');
  });

  it('adds the finalizer before the first write to the VM', async () => {
    const scene = new Scene();
    scene.attach();
    scene.vsphere.beforeWrite = () => {
      expect(scene.object().metadata.finalizers).toEqual(['sriov.esxi.io/detach']);
      expect(scene.object().status?.restore).toBeDefined();
    };
    await scene.settle();
    expect(scene.vsphere.writes).toHaveLength(1);
  });

  it('lets vSphere choose the MAC address where none is declared, and reports it', async () => {
    const scene = new Scene();
    const { macAddress: _none, ...spec } = { macAddress: undefined };
    scene.attach('a', spec);
    const { macAddress: _static, ...dynamic } = scene.object().spec;
    scene.cluster.put('SriovVmAttachment', { ...scene.object(), spec: dynamic });
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(1);
    expect(scene.object().status?.device?.macAddress).toBe(scene.vm().sriovCards[0]?.macAddress);
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('tells what it did in events and in the journal', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach();
    await scene.settle();
    expect(scene.cluster.events.map(({ reason, type }) => `${type} ${reason}`)).toEqual([
      'Normal PoweringOff',
      'Normal Reconfiguring',
      'Normal PoweringOn',
      'Normal Attached',
    ]);
    expect(scene.object().status?.journal?.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'PowerOffVm Succeeded',
      'ReconfigureVm Succeeded',
      'PowerOnVm Succeeded',
    ]);
  });

  it('works on the endpoint of a host itself, whatever name the host goes by there', async () => {
    const scene = new Scene();
    scene.vsphere.apiType = 'HostAgent';
    const [host] = scene.vsphere.hosts.values();
    if (host !== undefined) scene.vsphere.hosts.set('host-1', { ...host, name: 'localhost.localdomain', ipAddresses: [] });
    scene.attach();
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});
