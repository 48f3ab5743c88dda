/** PCI functions of a host as vSphere lists them: all devices, those that could be passed through, and SR-IOV functions. */
import type { SimPhysicalFunction } from '../../world/contract.ts';
import type { InventoryHost } from '../../world/inventory.ts';
import { compareVersions } from '../wire/apiVersion.ts';
import { array, boolean, byte, derived, type Fields, int, object, optional, short, string, type Value } from '../wire/values.ts';
import type { View } from './view.ts';

/** One PCI function, physical or virtual or of a device that is no adapter of ours. */
export interface PciEntry {
  readonly address: string;
  readonly vendorId: number;
  readonly deviceId: number;
  readonly vendorName: string;
  readonly deviceName: string;
  readonly classId: number;
  readonly physicalFunction: SimPhysicalFunction | undefined;
  readonly isVirtualFunction: boolean;
  readonly vmnic: string | undefined;
}

const MELLANOX = 'Mellanox Technologies';

/** A chipset function and the two onboard ports that every simulated host has beside its adapters. */
export const ONBOARD: readonly PciEntry[] = [
  onboard({ address: '0000:00:1f.0', deviceId: 0xa1c1, deviceName: 'C621 Series Chipset LPC/eSPI Controller', classId: 0x0601 }),
  onboard({ address: '0000:01:00.0', deviceId: 0x1521, deviceName: 'I350 Gigabit Network Connection', classId: 0x0200, vmnic: 'vmnic0' }),
  onboard({ address: '0000:01:00.1', deviceId: 0x1521, deviceName: 'I350 Gigabit Network Connection', classId: 0x0200, vmnic: 'vmnic1' }),
];

function onboard(entry: Pick<PciEntry, 'address' | 'deviceId' | 'deviceName' | 'classId'> & { readonly vmnic?: string }): PciEntry {
  return {
    vendorId: 0x8086,
    vendorName: 'Intel Corporation',
    physicalFunction: undefined,
    isVirtualFunction: false,
    vmnic: undefined,
    ...entry,
  };
}

/** The adapters' functions as ESXi has them: one that is passed through whole loses its uplink and its virtual functions. */
export function functionsOf({ inventory }: View, { view }: InventoryHost): readonly SimPhysicalFunction[] {
  const bootedAt = view.bootTime.getTime();
  return view.physicalFunctions.map((pf) =>
    inventory.passthrough.active(view.id, pf.address, bootedAt) ? { ...pf, vmnic: undefined, virtualFunctions: [] } : pf,
  );
}

export function pciEntries(view: View, host: InventoryHost): readonly PciEntry[] {
  return [
    ...ONBOARD,
    ...functionsOf(view, host).flatMap((pf) => [physicalEntry(pf), ...pf.virtualFunctions.map((vf) => virtualEntry(pf, vf))]),
  ];
}

function physicalEntry(pf: SimPhysicalFunction): PciEntry {
  return {
    address: pf.address,
    vendorId: pf.vendorId,
    deviceId: pf.deviceId,
    vendorName: MELLANOX,
    deviceName: pf.deviceName,
    classId: pf.vmnic === undefined && pf.linkType === 'InfiniBand' ? 0x0207 : 0x0200,
    physicalFunction: pf,
    isVirtualFunction: false,
    vmnic: pf.vmnic,
  };
}

/** ConnectX virtual functions carry the next device id, as pci.ids lists them. */
function virtualEntry(pf: SimPhysicalFunction, address: string): PciEntry {
  const deviceName = `${pf.deviceName} Virtual Function`;
  return {
    ...physicalEntry(pf),
    address,
    deviceId: pf.deviceId + 1,
    deviceName,
    physicalFunction: undefined,
    isVirtualFunction: true,
    vmnic: undefined,
  };
}

export function pciDevice(entry: PciEntry): Value {
  const [, bus, slot, fn] = entry.address.split(/[:.]/).map((part) => Number.parseInt(part, 16));
  return object('HostPciDevice', {
    id: string(entry.address),
    classId: short(entry.classId),
    bus: byte(bus ?? 0),
    slot: byte(slot ?? 0),
    function: byte(fn ?? 0),
    vendorId: short(entry.vendorId),
    subVendorId: short(entry.vendorId),
    vendorName: string(entry.vendorName),
    deviceId: short(entry.deviceId),
    subDeviceId: short(0),
    deviceName: string(entry.deviceName),
  });
}

/** `config.pciPassthruInfo`: SR-IOV capable functions as HostSriovInfo (API 5.5), everything else plain. */
export function pciPassthruInfo(view: View, host: InventoryHost, apiVersion: string): Value {
  const rows = pciEntries(view, host).map((entry) => passthruRow({ view, host, entry, apiVersion }));
  return array('HostPciPassthruInfo', rows);
}

function passthruRow({ view, host, entry, apiVersion }: { view: View; host: InventoryHost; entry: PciEntry; apiVersion: string }): Value {
  const { passthrough } = view.inventory;
  const active = passthrough.active(host.view.id, entry.address, host.view.bootTime.getTime());
  const plain: Fields = {
    id: string(entry.address),
    dependentDevice: string(entry.address),
    passthruEnabled: boolean(passthrough.enabled(host.view.id, entry.address) || entry.isVirtualFunction),
    passthruCapable: boolean(entry.classId !== 0x0601),
    passthruActive: boolean(active || entry.isVirtualFunction),
  };
  const pf = entry.physicalFunction;
  if (pf === undefined || pf.maxVfs === 0 || compareVersions(apiVersion, '5.5') < 0) {
    return object('HostPciPassthruInfo', plain);
  }
  return derived('HostSriovInfo', {
    ...plain,
    sriovEnabled: boolean(pf.configuredVfs > 0),
    sriovCapable: boolean(true),
    sriovActive: boolean(pf.virtualFunctions.length > 0),
    numVirtualFunctionRequested: int(pf.configuredVfs),
    numVirtualFunction: int(pf.virtualFunctions.length),
    maxVirtualFunctionSupported: int(pf.maxVfs),
  });
}

/** Fields that an entry has in the passthrough lists of QueryConfigTarget. */
export function targetFields(entry: PciEntry, systemId: string): Fields {
  return { name: string(entry.address), pciDevice: pciDevice(entry), systemId: string(systemId) };
}

export function sriovTargetFields(entry: PciEntry, systemId: string): Fields {
  return {
    ...targetFields(entry, systemId),
    virtualFunction: boolean(entry.isVirtualFunction),
    pnic: optional(entry.vmnic, string),
  };
}
