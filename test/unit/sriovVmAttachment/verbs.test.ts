/** What people ask for by annotations, and what the owner of a host may forbid. */
import { describe, expect, it } from '@jest/globals';
import { hostObject, INTERVALS, Scene } from './scene.ts';

const RETRY = { 'sriov.esxi.io/retry': '1' };
const HOLD = { 'sriov.esxi.io/hold': '' };

describe('hold', () => {
  it('shows the plan and writes nothing to the VM, until it is taken away', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.attach('a', {}, { annotations: HOLD });
    expect(await scene.look()).toEqual({ kind: 'requeueAfter', ms: INTERVALS.recheckMs });
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.object().metadata.finalizers).toBeUndefined();
    expect(scene.verdict('Reconciling')).toBe('Reconciling=False OnHold');
    expect(scene.verdict()).toBe('Ready=False OnHold');
    expect(scene.object().status?.plan?.vmPowerOffs).toBe(1);
    scene.annotate('a', {});
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it('is acknowledged, and so is the release', async () => {
    const scene = new Scene();
    scene.attach('a', {}, { annotations: { ...HOLD, ...RETRY } });
    await scene.settle();
    expect(scene.object().status?.acknowledged).toEqual({ hold: '', retry: '1' });
    scene.annotate('a', RETRY);
    await scene.settle();
    expect(scene.object().status?.acknowledged).toEqual({ retry: '1' });
  });

  it('still reports what is as declared', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    scene.annotate('a', HOLD);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
    expect(scene.verdict('Reconciling')).toBe('Reconciling=False OnHold');
  });

  it('holds a deletion too, but not the giving up of one', async () => {
    const scene = new Scene();
    scene.attach();
    await scene.settle();
    scene.annotate('a', HOLD);
    scene.delete('a');
    await scene.settle();
    expect(scene.vm().sriovCards).toHaveLength(1);
    scene.annotate('a', { ...HOLD, 'sriov.esxi.io/abandon': '' });
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vm().sriovCards).toHaveLength(1);
  });
});

describe('retry', () => {
  it('is taken up once for each value, also when the annotation goes and comes back', async () => {
    const scene = new Scene({ vm: { powerState: 'poweredOn' } });
    scene.vsphere.reservableMB = 1024;
    scene.attach();
    await scene.settle();
    for (const annotations of [RETRY, RETRY, {}, RETRY]) {
      scene.annotate('a', annotations);
      await scene.settle();
    }
    expect(scene.vsphere.writes.filter((write) => write === 'powerOff vm-1')).toHaveLength(2);
  });
});

describe('a host in mode Observe', () => {
  it('has none of its VMs changed', async () => {
    const scene = new Scene();
    scene.cluster.put('SriovHost', hostObject({ mode: 'Observe' }));
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict('Reconciling')).toBe('Reconciling=False HostObserveOnly');
  });
});

describe('a detached host', () => {
  it('has none of its VMs changed, until it is taken up again', async () => {
    const scene = new Scene();
    const host = hostObject({});
    const annotations = { 'sriov.esxi.io/detach': '1' };
    scene.cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations } });
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.verdict('Reconciling')).toBe('Reconciling=False HostDetached');
    scene.cluster.put('SriovHost', host);
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});
