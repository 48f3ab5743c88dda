/** A password that was rejected is not sent again, until somebody asks for it: once for each wish. */
import { describe, expect, it } from '@jest/globals';
import { RejectedLogins } from '../../../operator/controllers/sriovVmAttachment/observe/login.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { Scene } from './scene.ts';

describe('rejected credentials', () => {
  it('are remembered for their identity, and forgotten once for each wish', () => {
    const rejected = new RejectedLogins();
    const error = new PortError('VsphereCredentialsRejected', 'wrong');
    rejected.note('a', error);
    expect(() => rejected.check('a')).toThrow(error);
    expect(() => rejected.check('b')).not.toThrow();
    rejected.retry('a', 'first');
    expect(() => rejected.check('a')).not.toThrow();
    rejected.note('a', error);
    rejected.retry('a', 'first');
    expect(() => rejected.check('a')).toThrow(error);
    rejected.retry('a', 'second');
    expect(() => rejected.check('a')).not.toThrow();
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
