/** Who looks again when something changes in vSphere: whom it concerns, and nobody else. */
import { describe, expect, it } from '@jest/globals';
import { attachmentsOfChange, hostsOfChange } from '../../../operator/controllers/sriovVmAttachment/wakeByVsphere.ts';
import type { VsphereChange } from '../../../operator/ports/vsphere.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { attachmentObject, hostObject } from './scene.ts';

const SERVER = 'vcenter.example.com';

function cluster(): FakeCluster {
  const created = new FakeCluster();
  const host = hostObject();
  const named = (name: string, spec: object) => ({ ...host, metadata: { ...host.metadata, name }, spec: { ...host.spec, ...spec } });
  created.put('SriovHost', named('esx-01', {}));
  created.put('SriovHost', named('esx-ip', { esxi: { ...host.spec.esxi, address: '192.0.2.7' } }));
  const { vsphere: _center, ...alone } = host.spec;
  created.put('SriovHost', { ...named('alone', {}), spec: { ...alone, esxi: { ...alone.esxi, address: 'esx-09.example.com' } } });
  created.put('SriovVmAttachment', attachmentObject('by-name', { vm: { name: 'db-01' } }));
  created.put('SriovVmAttachment', attachmentObject('by-path', { vm: { inventoryPath: '/dc/vm/blue/db-01' } }));
  created.put('SriovVmAttachment', attachmentObject('by-uuid', { vm: { instanceUuid: 'ABC' } }));
  created.put('SriovVmAttachment', attachmentObject('by-moref', { vm: { moRef: 'vm-1' } }));
  created.put('SriovVmAttachment', {
    ...attachmentObject('renamed-since', { vm: { name: 'old' } }),
    status: { vm: { moRef: 'vm-1', name: 'db-01', powerState: 'poweredOn' } },
  });
  created.put('SriovVmAttachment', attachmentObject('other-vm', { vm: { name: 'web-01' } }));
  created.put('SriovVmAttachment', attachmentObject('on-ip-host', { vm: { name: 'web-02' }, hostRef: { name: 'esx-ip' } }));
  created.put('SriovVmAttachment', attachmentObject('other-server', { vm: { name: 'db-01' }, hostRef: { name: 'alone' } }));
  return created;
}

const nothing: VsphereChange = { server: SERVER, vms: [], hosts: [], others: false };
const short = (keys: readonly string[]) => keys.map((key) => key.replace('lab/', ''));

describe('a change in vSphere', () => {
  it('of a VM wakes the attachments that may mean it, on that server', () => {
    const change = { ...nothing, vms: [{ moRef: 'vm-1', names: ['db-01'], instanceUuid: 'abc' }] };
    expect(short(attachmentsOfChange(cluster(), change))).toEqual(['by-name', 'by-path', 'by-uuid', 'by-moref', 'renamed-since']);
    expect(hostsOfChange(cluster(), change)).toEqual([]);
  });

  it('of a name wakes those that mean the old one and the new one', () => {
    const change = { ...nothing, vms: [{ moRef: 'vm-9', names: ['web-01', 'old'], instanceUuid: '' }] };
    expect(short(attachmentsOfChange(cluster(), change))).toEqual(['renamed-since', 'other-vm']);
  });

  it('of a host wakes its attachments, and those of hosts that are declared by address', () => {
    const change = { ...nothing, hosts: [{ moRef: 'host-1', name: 'ESX-01.example.com' }] };
    expect(short(attachmentsOfChange(cluster(), change))).toHaveLength(7);
    expect(short(hostsOfChange(cluster(), change))).toEqual(['esx-01']);
    const other = { ...nothing, hosts: [{ moRef: 'host-3', name: 'esx-03.example.com' }] };
    expect(short(attachmentsOfChange(cluster(), other))).toEqual(['on-ip-host']);
    expect(hostsOfChange(cluster(), other)).toEqual([]);
  });

  it('of the only host of an endpoint wakes the one that it is', () => {
    const change = { ...nothing, server: 'esx-09.example.com', hosts: [{ moRef: 'ha-host', name: 'localhost.localdomain' }] };
    expect(short(hostsOfChange(cluster(), change))).toEqual(['alone']);
    expect(short(attachmentsOfChange(cluster(), change))).toEqual(['other-server']);
  });

  it('of networks or folders wakes all attachments of the server', () => {
    expect(short(attachmentsOfChange(cluster(), { ...nothing, others: true }))).toHaveLength(7);
  });
});
