/** Which PCI functions make an adapter, and which adapter a selector means. Pure. */
import type { AdapterSpec } from '../../api/types.ts';
import type { Nic, PciFunction } from '../../ports/esxiHost.ts';
import { type Fact, known, unknown } from '../fact.ts';
import { type Ownership, ownershipOf } from './physicalFunctions.ts';

const MELLANOX = 0x15b3;
export const DRIVER = 'nmlx5_core';

/** Physical functions that nmlx5_core drives: ConnectX-4 and later (mstflint dev_mgt/tools_dev_types.c, pci.ids). */
const CONNECTX: ReadonlySet<number> = new Set([0x1013, 0x1015, 0x1017, 0x1019, 0x101b, 0x101d, 0x101f, 0x1021, 0x1023, 0x1025]);
/** Virtual functions of the same family: they are listed beside the physical ones and are never adapters. */
const VIRTUAL: ReadonlySet<number> = new Set([0x1014, 0x1016, 0x1018, 0x101a, 0x101c, 0x101e]);
/** A DPU has an operating system and a life cycle of its own: hands off. */
const BLUEFIELD: ReadonlySet<number> = new Set([0xa2d2, 0xa2d6, 0xa2dc]);

export interface ObservedPort {
  /** From 1; the PCI function number plus one. */
  readonly number: number;
  readonly address: string;
  readonly vmnic: string | undefined;
  readonly macAddress: string | undefined;
  readonly linkUp: boolean | undefined;
  /** True while nmlx5_core owns the function: it then has a place in the driver's max_vfs list. */
  readonly driven: boolean;
  /** Left out in tests that are not about passthrough. */
  readonly ownership?: Ownership;
  /** Name of the uplink that it had before it was passed through. */
  readonly formerVmnic?: string | undefined;
}

export interface ObservedAdapter {
  /** Segment, bus and device, for example `0000:3b:00`. */
  readonly slot: string;
  readonly deviceId: number;
  readonly deviceName: string;
  readonly ports: readonly ObservedPort[];
}

/** Every Mellanox adapter of the host, in PCI order. */
export function groupAdapters(functions: readonly PciFunction[], nics: readonly Nic[]): readonly ObservedAdapter[] {
  const slots = new Map<string, PciFunction[]>();
  for (const fn of functions) {
    if (fn.vendorId !== MELLANOX || VIRTUAL.has(fn.deviceId) || !isNetworkClass(fn.deviceClass)) continue;
    const slot = fn.address.slice(0, -2);
    slots.set(slot, [...(slots.get(slot) ?? []), fn]);
  }
  return [...slots.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([slot, members]) => {
      const sorted = [...members].sort((a, b) => (a.address < b.address ? -1 : 1));
      return {
        slot,
        deviceId: sorted[0]?.deviceId ?? 0,
        deviceName: sorted[0]?.deviceName ?? '',
        ports: sorted.map((fn) => observedPort(fn, nics)),
      };
    });
}

/** Class 02xx: Ethernet 0200, InfiniBand 0207, other 0280. Leaves out the DMA and SoC functions of a DPU. */
function isNetworkClass(deviceClass: number): boolean {
  return deviceClass >> 8 === 0x02;
}

function observedPort(fn: PciFunction, nics: readonly Nic[]): ObservedPort {
  const nic = nics.find((candidate) => candidate.pciAddress === fn.address);
  return {
    number: Number.parseInt(fn.address.slice(-1), 16) + 1,
    address: fn.address,
    vmnic: nic?.name ?? fn.vmkernelName,
    macAddress: nic?.macAddress.toLowerCase(),
    linkUp: nic?.linkUp,
    driven: fn.moduleName === DRIVER,
    ownership: ownershipOf(fn),
  };
}

/** The one adapter that a selector names; anything but exactly one is unknown, with the candidates in the message. */
export function selectAdapter(
  spec: AdapterSpec,
  adapters: readonly ObservedAdapter[],
  functions: readonly PciFunction[],
): Fact<ObservedAdapter> {
  const { selector } = spec;
  const wanted = describeSelector(selector);
  const matches = adapters.filter((adapter) => adapter.ports.some((port) => matchesPort(selector, port)));
  if (matches.length > 1) {
    const slots = matches.map((adapter) => adapter.slot).join(', ');
    return unknown(
      'AdapterAmbiguous',
      `spec.adapters[${spec.name}].selector ${wanted} matches ${matches.length} adapters (${slots}); use the macAddress of one port, or its pciAddress`,
    );
  }
  const [adapter] = matches;
  if (adapter === undefined) return explainMissing(spec, adapters, functions);
  if (BLUEFIELD.has(adapter.deviceId)) {
    return unknown(
      'AdapterUnsupported',
      `adapter ${spec.name} at ${adapter.slot} is a BlueField DPU (${adapter.deviceName}); DPUs are left alone, remove it from spec.adapters`,
    );
  }
  if (!CONNECTX.has(adapter.deviceId)) {
    const id = adapter.deviceId.toString(16).padStart(4, '0');
    return unknown(
      'AdapterUnsupported',
      `adapter ${spec.name} at ${adapter.slot} (${adapter.deviceName}, 15b3:${id}) is not a ConnectX-4 or later; remove it from spec.adapters`,
    );
  }
  return known(adapter);
}

function explainMissing(spec: AdapterSpec, adapters: readonly ObservedAdapter[], functions: readonly PciFunction[]): Fact<ObservedAdapter> {
  const { selector } = spec;
  const wanted = describeSelector(selector);
  const foreign = functions.find(
    (fn) =>
      fn.vendorId !== MELLANOX &&
      ((selector.pciAddress !== undefined && fn.address === selector.pciAddress) ||
        (selector.vmnic !== undefined && fn.vmkernelName === selector.vmnic)),
  );
  if (foreign !== undefined) {
    return unknown(
      'AdapterUnsupported',
      `spec.adapters[${spec.name}].selector ${wanted} is ${foreign.deviceName} at ${foreign.address}, not an NVIDIA/Mellanox ConnectX adapter; select one of: ${describeAll(adapters)}`,
    );
  }
  return unknown(
    'AdapterNotFound',
    `no adapter of this host matches spec.adapters[${spec.name}].selector ${wanted}; present are: ${describeAll(adapters)}`,
  );
}

function matchesPort(selector: AdapterSpec['selector'], port: ObservedPort): boolean {
  if (selector.macAddress !== undefined) return port.macAddress === selector.macAddress.toLowerCase();
  if (selector.pciAddress !== undefined) return port.address === selector.pciAddress;
  return selector.vmnic !== undefined && (port.vmnic ?? port.formerVmnic) === selector.vmnic;
}

function describeSelector(selector: AdapterSpec['selector']): string {
  if (selector.macAddress !== undefined) return `macAddress ${selector.macAddress}`;
  if (selector.pciAddress !== undefined) return `pciAddress ${selector.pciAddress}`;
  return `vmnic ${selector.vmnic ?? ''}`;
}

function describeAll(adapters: readonly ObservedAdapter[]): string {
  if (adapters.length === 0) return 'none';
  return adapters
    .map((adapter) => adapter.ports.map((port) => [port.address, port.vmnic, port.macAddress].filter(Boolean).join(' ')).join(', '))
    .join('; ');
}
