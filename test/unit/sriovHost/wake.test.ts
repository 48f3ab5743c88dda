/** A host is woken for the attachments that ask it for a whole physical function, also when they go. */
import { describe, expect, it } from '@jest/globals';
import { PhysicalFunctionHosts } from '../../../operator/controllers/sriovHost/wake.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { ask, physicalAttachment, withdraw } from '../../support/world/physicalFunction.ts';
import { hostObject } from '../../support/world/runHost.ts';

function site(vmPaths: readonly string[] = []) {
  const cluster = new FakeCluster();
  const attachments = { from: 'Same', vmPaths } as const;
  cluster.put('SriovHost', hostObject(hostSpec({ adapters: [], attachments })));
  return { cluster, hosts: new PhysicalFunctionHosts(cluster) };
}

describe('a change of an attachment', () => {
  it('wakes the host when a request appears, changes or goes', () => {
    const { cluster, hosts } = site();
    ask(cluster);
    expect(hosts.afterChange('lab/sm', false)).toBe('lab/esx-01');
    expect(hosts.afterChange('lab/sm', true)).toBeUndefined();
    withdraw(cluster);
    expect(hosts.afterChange('lab/sm', false)).toBe('lab/esx-01');
    expect(hosts.afterChange('lab/sm', false)).toBeUndefined();
  });

  it('wakes it for a status too where the request waits for a VM that it may have', () => {
    const { cluster, hosts } = site(['/dc/vm/sm']);
    ask(cluster);
    expect(hosts.afterChange('lab/sm', true)).toBe('lab/esx-01');
  });

  it('wakes no host for a virtual function', () => {
    const { cluster, hosts } = site();
    const object = physicalAttachment();
    cluster.put('SriovVmAttachment', { ...object, spec: { ...object.spec, function: { kind: 'Virtual', adapter: 'a', port: 1 } } });
    expect(hosts.afterChange('lab/sm', false)).toBeUndefined();
  });
});
