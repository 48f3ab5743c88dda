/** The PCI functions that a host shows: mainboard NICs, the adapters' ports and their virtual functions. */
import type { BootedFunction } from '../../world/hostFunctions.ts';
import type { HostWorld } from '../../world/hostWorld.ts';
import { comparePci, parsePci } from '../../world/pci.ts';

export interface PciDevice {
  readonly address: string;
  /** `vmnic4`, `PF_0.59.0_VF_0`, or empty. */
  readonly vmkernelName: string;
  readonly vendorName: string;
  readonly deviceName: string;
  readonly vendorId: number;
  readonly deviceId: number;
  readonly subVendorId: number;
  readonly subDeviceId: number;
  readonly deviceClass: number;
  readonly moduleName: string;
  readonly passedThrough?: boolean;
  readonly macAddress: string;
  readonly linkUp: boolean;
  /** Mbit/s while the link is up. */
  readonly speed: number;
}

const MAINBOARD = {
  vendorName: 'Broadcom Corporation',
  deviceName: 'NetXtreme BCM5720 Gigabit Ethernet',
  vendorId: 0x14e4,
  deviceId: 0x165f,
  subVendorId: 0x1028,
  subDeviceId: 0x0a6a,
  deviceClass: 0x0200,
  moduleName: 'ntg3',
  speed: 1000,
} as const;

export function pciDevices(world: HostWorld): readonly PciDevice[] {
  const mainboard: readonly PciDevice[] = [0, 1].map((port) => ({
    ...MAINBOARD,
    address: `0000:04:00.${port}`,
    vmkernelName: `vmnic${port}`,
    macAddress: `d0:94:66:00:00:0${port}`,
    linkUp: port === 0,
  }));
  return [...mainboard, ...world.functions.flatMap((fn) => [physical(fn), ...virtual(fn)])].sort((left, right) =>
    comparePci(parsePci(left.address), parsePci(right.address)),
  );
}

function physical(fn: BootedFunction): PciDevice {
  const { model } = fn.adapter;
  return {
    address: fn.port.address,
    vmkernelName: fn.driver === undefined ? '' : fn.port.vmnic,
    vendorName: 'Mellanox Technologies',
    deviceName: model.deviceName,
    vendorId: 0x15b3,
    deviceId: model.deviceId,
    subVendorId: model.subVendorId,
    subDeviceId: model.subDeviceId,
    deviceClass: fn.deviceClass,
    moduleName: fn.passedThrough ? 'pciPassthru' : (fn.driver ?? ''),
    passedThrough: fn.passedThrough,
    macAddress: fn.port.macAddress,
    // InfiniBand ports show as downed uplinks.
    linkUp: fn.linkType === 'Ethernet' && fn.adapter.linkUp,
    speed: 25_000,
  };
}

function virtual(fn: BootedFunction): readonly PciDevice[] {
  const { segment, bus, function: number } = fn.port.pci;
  return fn.virtualFunctions.map((address, index) => ({
    ...physical(fn),
    address,
    vmkernelName: `PF_${segment}.${bus}.${number}_VF_${index}`,
    deviceName: `${fn.adapter.model.deviceName.replace(/\s*\[/, ' Virtual Function [')}`,
    deviceId: fn.adapter.model.vfDeviceId,
    moduleName: '',
    passedThrough: true,
  }));
}
