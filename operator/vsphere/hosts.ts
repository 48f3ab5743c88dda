/** The ESXi hosts of a vSphere server, with their physical functions. */
import type { VsphereHost, VspherePhysicalFunction } from '../ports/vsphere.ts';
import { entityName } from './entityName.ts';
import { type ObjectProperties, retrieve, retrieveAll, these } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import type { Ref, XmlNode } from './xmlNode.ts';

/** What `hardware.pciDevice` tells about one function. */
interface PciDevice {
  readonly deviceName: string;
  readonly deviceIdHex: string;
  readonly vendorId: number;
}

/**
 * `hardware.pciDevice` by host. It is by far the largest property read here (some hundred entries a host) and changes only with a
 * boot, so it is kept for as long as `runtime.bootTime` stays the same.
 */
export type PciDeviceCache = Map<string, { readonly bootTime: string; readonly devices: ReadonlyMap<string, PciDevice> }>;

export const HOST_PATHS = [
  'name',
  'runtime.connectionState',
  'runtime.inMaintenanceMode',
  'runtime.bootTime',
  'config.network.vnic',
  'config.network.pnic',
  'config.pciPassthruInfo',
] as const;

/** All hosts, or those that `refs` names. */
export async function readHosts(calls: Calls, cache: PciDeviceCache, refs?: readonly Ref[]): Promise<readonly VsphereHost[]> {
  const hosts =
    refs === undefined
      ? await retrieveAll(calls, 'HostSystem', HOST_PATHS)
      : await retrieve(calls, { type: 'HostSystem', paths: HOST_PATHS, from: these(...refs) });
  await fillCache(calls, cache, hosts);
  return hosts.map((host) => toHost(host, cache.get(host.ref.value)?.devices ?? new Map()));
}

async function fillCache(calls: Calls, cache: PciDeviceCache, hosts: readonly ObjectProperties[]): Promise<void> {
  const stale = hosts.filter((host) => {
    const bootTime = host.text('runtime.bootTime');
    const known = cache.get(host.ref.value);
    return host.items('config.pciPassthruInfo').length > 0 && (bootTime === undefined || known?.bootTime !== bootTime);
  });
  if (stale.length === 0) {
    return;
  }
  const paths = ['runtime.bootTime', 'hardware.pciDevice'];
  for (const host of await retrieve(calls, { type: 'HostSystem', paths, from: these(...stale.map(({ ref }) => ref)) })) {
    const devices = new Map(host.items('hardware.pciDevice').map((device) => [pciId(device), toPciDevice(device)]));
    cache.set(host.ref.value, { bootTime: host.text('runtime.bootTime') ?? '', devices });
  }
}

function toHost(host: ObjectProperties, devices: ReadonlyMap<string, PciDevice>): VsphereHost {
  const uplinks = uplinkAddresses(host);
  const addresses = host.items('config.network.vnic').map((vnic) => vnic.child('spec')?.child('ip')?.textOf('ipAddress') ?? '');
  return {
    moRef: host.ref.value,
    name: entityName(host.text('name')),
    ipAddresses: addresses.filter((address) => address !== ''),
    connectionState: host.text('runtime.connectionState') ?? 'unknown',
    inMaintenanceMode: host.boolean('runtime.inMaintenanceMode') ?? false,
    physicalFunctions: host.items('config.pciPassthruInfo').map((info) => {
      const macAddress = uplinks.get(pciId(info));
      return { ...toPhysicalFunction(info, devices), ...(macAddress === undefined ? {} : { macAddress }) };
    }),
  };
}

/** MAC address by PCI address. An InfiniBand port may have no uplink, and then nothing here. */
function uplinkAddresses(host: ObjectProperties): ReadonlyMap<string, string> {
  const pairs = host.items('config.network.pnic').map((pnic) => [pnic.textOf('pci')?.toLowerCase() ?? '', pnic.textOf('mac')] as const);
  return new Map(pairs.flatMap(([pci, mac]) => (pci === '' || mac === undefined || mac === '' ? [] : [[pci, mac.toLowerCase()] as const])));
}

/** Every entry is told apart by its fields: HostSriovInfo extends HostPciPassthruInfo. */
function toPhysicalFunction(info: XmlNode, devices: ReadonlyMap<string, PciDevice>): VspherePhysicalFunction {
  const id = pciId(info);
  const device = devices.get(id) ?? { deviceName: '', deviceIdHex: '0', vendorId: 0 };
  const sriov = info.booleanOf('sriovCapable')
    ? {
        enabled: info.booleanOf('sriovEnabled') ?? false,
        active: info.booleanOf('sriovActive') ?? false,
        requested: info.numberOf('numVirtualFunctionRequested') ?? 0,
        present: info.numberOf('numVirtualFunction') ?? 0,
        max: info.numberOf('maxVirtualFunctionSupported') ?? 0,
      }
    : undefined;
  return { id, ...device, passthruActive: info.booleanOf('passthruActive') ?? false, sriov };
}

function toPciDevice(device: XmlNode): PciDevice {
  return {
    deviceName: device.textOf('deviceName') ?? '',
    deviceIdHex: hexId(device.numberOf('deviceId') ?? 0),
    vendorId: signedShort(device.numberOf('vendorId') ?? 0),
  };
}

function pciId(node: XmlNode): string {
  return (node.textOf('id') ?? '').toLowerCase();
}

/** Ids are xsd:short, signed: 0xa2d6 arrives as -23850. Backings want hexadecimal text (govmomi #2248). */
export function hexId(wire: number): string {
  return (wire & 0xffff).toString(16);
}

/** The signed value of 16 bits, whichever way it was written. */
export function signedShort(value: number): number {
  return ((value & 0xffff) ^ 0x8000) - 0x8000;
}
