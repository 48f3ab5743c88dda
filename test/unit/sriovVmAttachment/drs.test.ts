/** The DRS override of a VM with a virtual function: set only where it is asked for, and taken back. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import type { EvacuationFacts } from '../../../operator/ports/vsphere.ts';
import { Scene } from './scene.ts';

const DISABLE = { drsOverride: 'Disable' } as const;
const CLUSTER: EvacuationFacts = { cluster: 'edge', drs: 'FullyAutomated', otherHosts: 2, levelOfVm: {} };

function inCluster(drs: Partial<EvacuationFacts> = {}): Scene {
  const scene = new Scene({ vm: { powerState: 'poweredOn' } });
  scene.vsphere.drs = { ...CLUSTER, ...drs };
  return scene;
}

describe('a VM in a DRS cluster', () => {
  it('is taken out of DRS before it is powered on, where that is asked for, and what was there is written down', async () => {
    const scene = inCluster();
    scene.attach('a', DISABLE);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['setDrsLevel vm-1', 'powerOff vm-1', 'reconfigure vm-1', 'powerOn vm-1']);
    expect(scene.vsphere.drs.levelOfVm).toEqual({ 'vm-1': 'Off' });
    expect(scene.object().status?.drsOverride).toEqual({ found: 'None' });
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });

  it.each([
    { why: 'nobody asks for it', drs: {}, spec: {} },
    { why: 'the cluster has no DRS', drs: { drs: 'Off' }, spec: DISABLE },
    { why: 'the host stands in no cluster', drs: { cluster: undefined }, spec: DISABLE },
    { why: 'somebody has done it already', drs: { levelOfVm: { 'vm-1': 'Off' } }, spec: DISABLE },
  ] as const)('is left as it is when $why, and deletion brings nothing back', async ({ drs, spec }) => {
    const scene = inCluster(drs);
    const before = scene.vsphere.drs;
    scene.attach('a', spec);
    await scene.settle();
    scene.delete('a');
    await scene.settle();
    expect(scene.vsphere.writes.filter((write) => write.startsWith('setDrsLevel'))).toEqual([]);
    expect(scene.vsphere.drs).toEqual(before);
  });

  it.each([
    { why: 'none of its own', levelOfVm: {} },
    { why: 'a level of its own', levelOfVm: { 'vm-1': 'Manual' } },
  ] as const)('gets back what it had when the attachment is deleted: $why', async ({ levelOfVm }) => {
    const scene = inCluster({ levelOfVm });
    scene.attach('a', DISABLE);
    await scene.settle();
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vsphere.drs.levelOfVm).toEqual(levelOfVm);
  });

  it('keeps the override when deletion retains the card', async () => {
    const scene = inCluster();
    scene.attach('a', { ...DISABLE, deletionPolicy: 'Retain' });
    await scene.settle();
    scene.delete('a');
    await scene.settle();
    expect(scene.find()).toBeUndefined();
    expect(scene.vsphere.drs.levelOfVm).toEqual({ 'vm-1': 'Off' });
  });

  it('gets back what it had when the spec does not ask for the override any more, without losing its power', async () => {
    const scene = inCluster();
    scene.attach('a', DISABLE);
    await scene.settle();
    scene.vsphere.writes.length = 0;
    scene.change('a', { drsOverride: 'Leave' });
    await scene.settle();
    expect(scene.vsphere.writes).toEqual(['setDrsLevel vm-1']);
    expect(scene.vsphere.drs.levelOfVm).toEqual({});
    expect(scene.object().status).not.toHaveProperty('drsOverride');
  });

  it('is taken out again when somebody else brought it back, and the first finding stays', async () => {
    const scene = inCluster({ levelOfVm: { 'vm-1': 'Manual' } });
    scene.attach('a', DISABLE);
    await scene.settle();
    scene.vsphere.drs = { ...CLUSTER, levelOfVm: {} };
    await scene.settle();
    expect(scene.vsphere.drs.levelOfVm).toEqual({ 'vm-1': 'Off' });
    expect(scene.object().status?.drsOverride).toEqual({ found: 'Manual' });
  });

  it('does not lose its power when the account may not change the cluster', async () => {
    const scene = inCluster();
    scene.vsphere.failures.set(
      'setDrsLevel',
      Array.from({ length: 40 }, () => new PortError('VspherePermissionDenied', 'no EditCluster')),
    );
    scene.attach('a', DISABLE);
    await scene.settle();
    expect(scene.vsphere.writes).toEqual([]);
    expect(scene.condition('Ready')).toMatchObject({ status: 'False', message: expect.stringContaining('no EditCluster') });
  });
});
