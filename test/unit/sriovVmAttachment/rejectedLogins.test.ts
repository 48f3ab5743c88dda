/** A password that was rejected is not sent again, until somebody asks for it: once for each wish. */
import { describe, expect, it } from '@jest/globals';
import { wishOf } from '../../../operator/controllers/retry.ts';
import { RejectedLogins } from '../../../operator/controllers/sriovVmAttachment/observe/login.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { hostObject, Scene, START } from './scene.ts';

describe('rejected credentials', () => {
  it('are remembered for their identity, and forgotten once for each wish', () => {
    let now = START;
    const rejected = new RejectedLogins(() => new Date(now));
    const error = new PortError('VsphereCredentialsRejected', 'wrong');
    rejected.note('a', error);
    expect(() => rejected.check('a')).toThrow(error);
    expect(() => rejected.check('b')).not.toThrow();
    rejected.retry('a', 'first');
    expect(() => rejected.check('a')).not.toThrow();
    rejected.note('a', error);
    rejected.retry('a', 'first');
    expect(() => rejected.check('a')).toThrow(error);
    rejected.retry('a', 'at the same time');
    expect(() => rejected.check('a')).toThrow(error);
    now += 60_000;
    rejected.retry('a', 'at the same time');
    expect(() => rejected.check('a')).toThrow(error);
    rejected.retry('a', 'second');
    expect(() => rejected.check('a')).not.toThrow();
  });

  it('are tried once for a retry of all attachments at once', async () => {
    const scene = new Scene();
    const names = Array.from({ length: 20 }, (_, index) => `a${index}`);
    scene.vsphere.password = 'changed';
    for (const name of names) scene.attach(name);
    await scene.settle();
    expect(scene.vsphere.rejectedLogins).toBe(1);
    for (const name of names) scene.annotate(name, { 'sriov.esxi.io/retry': name });
    await scene.settle();
    expect(scene.vsphere.rejectedLogins).toBe(2);
  });

  it('of a vCenter are no wish of a host that nobody retries', () => {
    expect(wishOf(hostObject())).toBeUndefined();
    const host = hostObject();
    const annotations = { 'sriov.esxi.io/retry': '1' };
    expect(wishOf({ ...host, metadata: { ...host.metadata, annotations } })).toBe('uid-host 1');
  });

  it('are tried once more for a retry, and no more while it is looked at twice', async () => {
    const scene = new Scene();
    scene.vsphere.password = 'changed';
    scene.attach();
    await scene.settle();
    expect(scene.vsphere.rejectedLogins).toBe(1);
    scene.annotate('a', { 'sriov.esxi.io/retry': '1' });
    await scene.settle();
    expect(scene.vsphere.rejectedLogins).toBe(2);
    scene.vsphere.password = 'right';
    scene.annotate('a', { 'sriov.esxi.io/retry': '2' });
    await scene.settle();
    expect(scene.verdict()).toBe('Ready=True Succeeded');
  });
});
