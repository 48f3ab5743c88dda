/** From any name to the whole chain, VM to BMC. */
import { describe, expect, it } from '@jest/globals';
import { findView, sameName } from '../../../operator/cli/findView.ts';
import { PLAIN } from '../../../operator/cli/io.ts';
import { renderFind } from '../../../operator/cli/render/find.ts';
import { attachment, fabric, host, port } from './objects.ts';

describe('find', () => {
  it.each([
    { why: 'VM name', wanted: 'db-01', matched: 'VM name' },
    { why: 'MAC address without colons', wanted: '0050563F0001', matched: 'MAC address of the card' },
    { why: 'MAC address as switches write it', wanted: '0050.563f.0001', matched: 'MAC address of the card' },
    { why: 'VF address', wanted: '0000:3b:00.2', matched: 'PCI address of the virtual function' },
    { why: 'PF address', wanted: '0000:3b:00.0', matched: 'PCI address of the port' },
    { why: 'uplink', wanted: 'vmnic2', matched: 'uplink name' },
    { why: 'host', wanted: 'ESX-01', matched: 'host name' },
    { why: 'PCI address as lspci writes it', wanted: '3B:00.2', matched: 'PCI address of the virtual function' },
    { why: 'serial number', wanted: 'abc1234', matched: 'serial number of the machine' },
    { why: 'BMC', wanted: '127.0.0.1', matched: 'host address' },
  ])('$why', ({ wanted, matched }) => {
    const known = host({ status: { hardware: { serialNumber: 'ABC1234' } } });
    expect(findView(wanted, [known], [attachment()]).map((chain) => chain.matched)).toEqual([matched]);
  });

  it.each([
    { why: 'of a port, with colons', wanted: 'b8:59:9f:ff:fe:d0:13:00', matched: 'GUID of the port' },
    { why: 'of a port, as ibstat writes it', wanted: '0xb8599ffffed01300', matched: 'GUID of the port' },
    { why: 'of a virtual function', wanted: '00:50:56:ff:fe:3f:00:01', matched: 'GUID of the virtual function' },
    { why: 'that the guest has', wanted: '0xb8599ffffed01301', matched: 'GUID that the guest has' },
  ])('a GUID $why', ({ wanted, matched }) => {
    const ports = [{ ...port(1, 4, 1), linkType: 'InfiniBand' as const, guid: 'b8:59:9f:ff:fe:d0:13:00' }];
    const fabric = host({ status: { adapters: [{ name: 'fabric0', ports }] } });
    const vm = attachment({
      status: {
        device: { key: 1, macAddress: '00:50:56:3f:00:01', guid: '00:50:56:ff:fe:3f:00:01' },
        link: { state: 'Active', guid: 'b8:59:9f:ff:fe:d0:13:01' },
        subnetManager: { state: 'Standby' },
      },
    });
    const [chain] = findView(wanted, [fabric], [vm]);
    expect(chain?.matched).toBe(matched);
    if (matched !== 'GUID of the port') expect(chain).toMatchObject({ link: 'Active (b8:59:9f:ff:fe:d0:13:01)', subnetManager: 'Standby' });
  });

  it('shows who uses a port or a host', () => {
    expect(findView('vmnic2', [host()], [attachment()])[0]?.vms).toEqual(['db-01 (24, poweredOn) on fabric0 port 1, VF 0000:3b:00.2']);
    expect(findView('vmnic3', [host()], [attachment()])[0]?.vms).toBeUndefined();
    expect(findView('esx-01', [host()], [attachment()])[0]?.vms).toHaveLength(1);
  });

  it('shows the whole chain to the BMC', () => {
    expect(renderFind('db-01', findView('db-01', [host()], [attachment()]), PLAIN).join('\n')).toBe(
      [
        'db-01 is the VM name',
        '  VM          db-01 (24, poweredOn)',
        '  attachment  fleet/db-01',
        '  card        00:50:56:3f:00:01 on VM Network',
        '  VF          0000:3b:00.2',
        '  port        1 (vmnic2, 0000:3b:00.0, b8:59:9f:d0:13:00)',
        '  adapter     fabric0 (ConnectX-5, firmware 16.31.1014, MT_0000000080)',
        '  host        fleet/esx-01',
        '  SSH         127.0.0.1 port 22',
        '  BMC         http://127.0.0.1/redfish/v1/Systems/1',
      ].join('\n'),
    );
  });

  it('shows link and Subnet Manager as the guest told them', () => {
    const { host: one, manager, member } = fabric();
    const card = (name: string) => renderFind(name, findView(name, [one], [manager, member]), PLAIN).slice(0, 7);
    expect(card('sm-01')).toEqual([
      'sm-01 is the VM name',
      '  VM          sm-01 (24, poweredOn)',
      '  attachment  fleet/sm-01',
      '  card        physical function 0000:3b:00.0 as a whole',
      '  link        Active (mlx5_0/1, LinkUp, LID 1, b8:59:9f:ff:fe:d0:13:00)',
      '  manager     Master (priority 10, LID 1, run by opensmd.service)',
      '  port        1 (0000:3b:00.0, b8:59:9f:d0:13:00, passed through)',
    ]);
    expect(card('hpc-01')[3]).toBe('  card        00:50:56:3f:00:02, GUID 00:50:56:ff:fe:3f:00:02 on VM Network');
  });

  it.each([
    { wanted: 'b8:59:9f:d0:13:00', matched: 'MAC address of the port' },
    { wanted: 'vmnic2', matched: 'uplink name before passthrough' },
  ])('still knows a port that is passed through, which has no uplink, by $matched', ({ wanted, matched }) => {
    const { host: one, manager } = fabric();
    expect(findView(wanted, [one], [manager]).map((chain) => chain.matched)).toEqual([matched]);
  });

  it('does not take a part of a name for the name', () => {
    expect(findView('db-0', [host()], [attachment()])).toEqual([]);
    expect(sameName('00:50:56:3f:00:01', '00:50:56:3f:00:02')).toBe(false);
  });
});
