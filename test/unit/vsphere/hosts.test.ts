/** Hosts and their physical functions from properties. */
import { describe, expect, it } from '@jest/globals';
import type { VimCall } from '../../../operator/vsphere/codec.ts';
import { type PciDeviceCache, readHosts } from '../../../operator/vsphere/hosts.ts';
import { objectXml, pathsOf, scriptedCalls } from './scriptedCalls.ts';

const sriov = (id: string, capable = true) =>
  `<HostPciPassthruInfo xsi:type="HostSriovInfo"><id>${id}</id><dependentDevice>${id}</dependentDevice><passthruEnabled>false</passthruEnabled><passthruCapable>true</passthruCapable><passthruActive>false</passthruActive><sriovEnabled>true</sriovEnabled><sriovCapable>${capable}</sriovCapable><sriovActive>false</sriovActive><numVirtualFunctionRequested>8</numVirtualFunctionRequested><numVirtualFunction>4</numVirtualFunction><maxVirtualFunctionSupported>16</maxVirtualFunctionSupported></HostPciPassthruInfo>`;
const passthrough = (id: string) =>
  `<HostPciPassthruInfo><id>${id}</id><dependentDevice>${id}</dependentDevice><passthruEnabled>true</passthruEnabled><passthruCapable>true</passthruCapable><passthruActive>true</passthruActive></HostPciPassthruInfo>`;
const device = (id: string, deviceId: number, vendorId: number) =>
  `<HostPciDevice><id>${id}</id><bus>-122</bus><slot>0</slot><physicalSlot>3</physicalSlot><function>0</function><vendorId>${vendorId}</vendorId><deviceId>${deviceId}</deviceId><deviceName>name of ${id}</deviceName></HostPciDevice>`;

const uplink = (pci: string, mac: string) =>
  `<PhysicalNic><key>key</key><device>vmnic2</device><pci>${pci}</pci><mac>${mac}</mac></PhysicalNic>`;

interface Script {
  readonly infos: string;
  readonly devices?: string;
  readonly bootTime?: string;
  readonly uplinks?: string;
}

function answering({ infos, devices = '', bootTime = '2026-11-23T05:00:00Z', uplinks = '' }: Script) {
  return (call: VimCall): string => {
    if (call.method === 'CreateContainerView') {
      return '<returnval type="ContainerView">view-1</returnval>';
    }
    const properties: Readonly<Record<string, string>> = {
      name: 'esx-01',
      'runtime.connectionState': 'connected',
      'runtime.inMaintenanceMode': 'true',
      'runtime.bootTime': bootTime,
      'config.network.vnic':
        '<HostVirtualNic><spec><ip><ipAddress>192.0.2.1</ipAddress></ip></spec></HostVirtualNic><HostVirtualNic><spec/></HostVirtualNic>',
      'config.network.pnic': uplinks,
      'config.pciPassthruInfo': infos,
      'hardware.pciDevice': devices,
    };
    const asked = Object.entries(properties).filter(([path]) => pathsOf(call).includes(path));
    return `<returnval>${objectXml('HostSystem', 'host-21', Object.fromEntries(asked))}</returnval>`;
  };
}

describe('readHosts', () => {
  it.each([
    {
      why: 'an SR-IOV physical function, with what is wanted and what is there',
      script: { infos: sriov('0000:3B:00.0'), devices: device('0000:3b:00.0', 4125, 5555) },
      expected: {
        id: '0000:3b:00.0',
        deviceName: 'name of 0000:3b:00.0',
        deviceIdHex: '101d',
        vendorId: 5555,
        passthruActive: false,
        sriov: { enabled: true, active: false, requested: 8, present: 4, max: 16 },
      },
    },
    {
      why: 'the MAC address of the uplink at its address, in whatever case both are written',
      script: {
        infos: sriov('0000:3b:00.0'),
        devices: device('0000:3b:00.0', 4125, 5555),
        uplinks: uplink('0000:3B:00.0', 'B8:59:9F:00:00:01') + uplink('0000:3b:00.1', 'b8:59:9f:00:00:02'),
      },
      expected: { id: '0000:3b:00.0', macAddress: 'b8:59:9f:00:00:01' },
    },
    {
      why: 'a function that can be passed through only',
      script: { infos: passthrough('0000:86:00.0'), devices: device('0000:86:00.0', -23850, -32634) },
      expected: { id: '0000:86:00.0', deviceIdHex: 'a2d6', vendorId: -32634, passthruActive: true, sriov: undefined },
    },
    {
      why: 'a function that vSphere lists under SR-IOV although it is not capable of it',
      script: { infos: sriov('0000:3b:00.0', false), devices: device('0000:3b:00.0', 4125, 5555) },
      expected: { id: '0000:3b:00.0', sriov: undefined },
    },
    {
      why: 'a function that the list of PCI devices does not have',
      script: { infos: sriov('0000:3b:00.0'), devices: device('0000:af:00.0', 4125, 5555) },
      expected: { id: '0000:3b:00.0', deviceName: '', deviceIdHex: '0', vendorId: 0 },
    },
  ])('reads $why', async ({ script, expected }) => {
    const [host] = await readHosts(scriptedCalls(answering(script)), new Map());
    expect(host).toMatchObject({ moRef: 'host-21', name: 'esx-01', ipAddresses: ['192.0.2.1'], inMaintenanceMode: true });
    expect(host?.physicalFunctions).toEqual([expect.objectContaining(expected)]);
  });

  it('gives no MAC address to a function without an uplink, as an InfiniBand port may be', async () => {
    const script = { infos: sriov('0000:3b:00.0'), devices: device('0000:3b:00.0', 4125, 5555) };
    const [host] = await readHosts(scriptedCalls(answering(script)), new Map());
    expect(host?.physicalFunctions[0]).not.toHaveProperty('macAddress');
  });

  it('asks for the PCI devices once for each boot of a host', async () => {
    const cache: PciDeviceCache = new Map();
    const read = async (script: Script) => {
      const calls = scriptedCalls(answering(script));
      const [host] = await readHosts(calls, cache);
      const asked = calls.made.filter((call) => pathsOf(call).includes('hardware.pciDevice')).length;
      return { asked, name: host?.physicalFunctions[0]?.deviceName };
    };
    const first = { infos: sriov('0000:3b:00.0'), devices: device('0000:3b:00.0', 4125, 5555) };
    expect(await read(first)).toEqual({ asked: 1, name: 'name of 0000:3b:00.0' });
    expect(await read({ ...first, devices: '' })).toEqual({ asked: 0, name: 'name of 0000:3b:00.0' });
    expect(await read({ ...first, devices: '', bootTime: '2026-11-23T06:00:00Z' })).toEqual({ asked: 1, name: '' });
  });

  it('does not ask for the PCI devices of a host that reports no functions', async () => {
    const calls = scriptedCalls(answering({ infos: '' }));
    expect((await readHosts(calls, new Map()))[0]?.physicalFunctions).toEqual([]);
    expect(calls.made.some((call) => pathsOf(call).includes('hardware.pciDevice'))).toBe(false);
  });
});
