/** `esxcli hardware`: PCI functions and the platform. */
import type { HostWorld } from '../../world/hostWorld.ts';
import { parsePci } from '../../world/pci.ts';
import { type PciDevice, pciDevices } from '../tools/pciDevices.ts';
import type { EsxcliCommand } from './command.ts';
import { blocks, type EsxcliOutput, failure, list, nothing, structure, type Value } from './output.ts';

export const hardwareCommands: readonly EsxcliCommand[] = [
  {
    path: 'hardware pci list',
    options: [
      { short: 'c', long: 'class', kind: 'value' },
      { short: 'm', long: 'mask', kind: 'value' },
    ],
    run: (world, options) => {
      const wanted = Number(options.value('class') ?? 0);
      const mask = Number(options.value('mask') ?? (options.value('class') === undefined ? 0 : 0xffff));
      const chosen = pciDevices(world).filter((device) => (device.deviceClass & mask) === (wanted & mask));
      return blocks(
        'PCI',
        chosen.map((device) => ({ heading: device.address, fields: describe(world, device) })),
      );
    },
  },
  {
    path: 'hardware pci pcipassthru list',
    since: '7.0',
    run: (world) =>
      list(
        'PciPassthru',
        ['Device ID', 'Enabled'],
        pciDevices(world).map((device) => ({ 'Device ID': device.address, Enabled: isConfigured(world, device) })),
      ),
  },
  {
    path: 'hardware pci pcipassthru set',
    since: '7.0',
    options: [
      { short: 'd', long: 'device-id', kind: 'value', required: true },
      { short: 'e', long: 'enable', kind: 'boolean', required: true },
      { short: 'a', long: 'apply-now', kind: 'flag' },
    ],
    run: (world, options) => setPassthrough(world, options.value('device-id') ?? '', options.isSet('enable')),
  },
  {
    path: 'hardware platform get',
    run: (world) =>
      structure('PlatformGet', {
        UUID: world.systemUuid,
        'Product Name': world.profile.model,
        'Vendor Name': world.profile.manufacturer,
        'Serial Number': world.systemUuid.slice(0, 8).toUpperCase(),
        'IPMI Supported': true,
      }),
  },
];

function isVirtual(device: PciDevice): boolean {
  return device.vmkernelName.startsWith('PF_');
}

function isConfigured(world: HostWorld, device: PciDevice): boolean {
  return isVirtual(device) || world.passthrough.enabled(device.address);
}

/** The texts are those of the real tool; exit code 1 with each. */
function setPassthrough(world: HostWorld, address: string, enabled: boolean): EsxcliOutput {
  const device = pciDevices(world).find((candidate) => candidate.address === address);
  // Text for an unknown device: ours.
  if (device === undefined) return failure(`Unable to configure the PCI device: Device ${address} not found.`);
  const refusal = world.passthrough.configure(world, address, enabled);
  if (refusal === undefined) return nothing;
  const owner = enabled ? 'passthru' : 'vmkernel';
  const said =
    refusal.kind === 'already'
      ? `Device owner is already configured to ${owner}.`
      : `Device ownership cannot be changed to ${owner} as it is used by vswitch ${refusal.vswitch} for uplink ${device.vmkernelName}`;
  return failure(`Unable to configure the PCI device: ${said}`);
}

function describe(world: HostWorld, device: PciDevice): Readonly<Record<string, Value>> {
  const { segment, bus, slot, function: number } = parsePci(device.address);
  const hex = (value: number, width: number) => `0x${value.toString(16).padStart(width, '0')}`;
  const owner = (passthru: boolean): string => (passthru ? 'VM Passthru' : 'VMkernel');
  return {
    Address: device.address,
    Segment: hex(segment, 4),
    Bus: hex(bus, 2),
    Slot: hex(slot, 2),
    Function: hex(number, 1),
    'VMkernel Name': device.vmkernelName,
    'Vendor Name': device.vendorName,
    'Device Name': device.deviceName,
    'Configured Owner': owner(isConfigured(world, device)),
    'Current Owner': owner(device.passedThrough === true),
    'Vendor ID': hex(device.vendorId, 4),
    'Device ID': hex(device.deviceId, 4),
    'SubVendor ID': hex(device.subVendorId, 4),
    'SubDevice ID': hex(device.subDeviceId, 4),
    'Device Class': hex(device.deviceClass, 4),
    'Device Class Name': device.deviceClass === 0x0207 ? 'Infiniband controller' : 'Ethernet controller',
    'Programming Interface': '0x00',
    'Revision ID': '0x00',
    'Interrupt Line': '0xff',
    IRQ: '255',
    'Interrupt Vector': '0x00',
    'PCI Pin': '0x00',
    'Spawned Bus': '0x00',
    Flags: '0x3201',
    'Module ID': device.moduleName === '' ? '-1' : '4162',
    'Module Name': device.moduleName === '' ? 'None' : device.moduleName,
    Chassis: '0',
    'Physical Slot': '4294967295',
    'Slot Description': `Slot ${bus % 8}; function ${number}`,
    'Device Layer Bus Address': `s00000004.0${number}`,
    'Passthru Capable': true,
    // Decimal, and not the function's own address.
    'Parent Device': `PCI ${segment}:${Math.max(bus - 1, 0)}:0:0`,
    'Dependent Device': `PCI ${segment}:${bus}:${slot}:${number}`,
    'Reset Method': 'Function reset',
    'FPT Sharable': true,
    ...(world.version.startsWith('8') ? { 'NUMA Node': '0' } : {}),
  };
}
