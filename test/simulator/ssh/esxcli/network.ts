/** `esxcli network`: NICs, SR-IOV NICs and their virtual functions. */
import type { BootedFunction } from '../../world/hostFunctions.ts';
import type { HostWorld } from '../../world/hostWorld.ts';
import { formatPciDecimal, parsePci } from '../../world/pci.ts';
import { type PciDevice, pciDevices } from '../tools/pciDevices.ts';
import type { EsxcliCommand, OptionSpec } from './command.ts';
import { type EsxcliOutput, failure, list, structure } from './output.ts';

const NIC_NAME: OptionSpec = { short: 'n', long: 'nic-name', kind: 'value', required: true };

export const networkCommands: readonly EsxcliCommand[] = [
  {
    path: 'network nic list',
    run: (world) =>
      list(
        'Nic',
        ['Name', 'PCI Device', 'Driver', 'Admin Status', 'Link Status', 'Speed', 'Duplex', 'MAC Address', 'MTU', 'Description'],
        uplinks(world).map((device) => ({
          ...nicRow(device),
          'Admin Status': 'Up',
          'Link Status': device.linkUp ? 'Up' : 'Down',
          ...nicTail(device),
        })),
      ),
  },
  { path: 'network vswitch standard list', run: (world) => list('VSwitch', ['Name', 'Uplinks'], switches(world)) },
  { path: 'network vswitch dvs vmware list', run: () => list('DVSwitch', ['Name', 'Uplinks'], []) },
  { path: 'network nic get', options: [NIC_NAME], run: (world, options) => nicInfo(world, options.value('nic-name') ?? '') },
  {
    path: 'network sriovnic list',
    run: (world) =>
      list(
        'SriovNic',
        ['Name', 'PCI Device', 'Driver', 'Link', 'Speed', 'Duplex', 'MAC Address', 'MTU', 'Description'],
        uplinks(world)
          .filter((device) => sriovFunction(world, device.vmkernelName) !== undefined)
          .map((device) => ({ ...nicRow(device), Link: device.linkUp ? 'Up' : 'Down', ...nicTail(device) })),
      ),
  },
  {
    path: 'network sriovnic vf list',
    options: [NIC_NAME],
    run: (world, options) => virtualFunctions(world, options.value('nic-name') ?? ''),
  },
];

function switches(world: HostWorld) {
  return Object.entries(world.vswitches).map(([name, names]) => ({ Name: name, Class: 'cswitch', MTU: 1500, Uplinks: [...names] }));
}

function uplinks(world: HostWorld): readonly PciDevice[] {
  return pciDevices(world)
    .filter((device) => device.vmkernelName.startsWith('vmnic'))
    .sort((left, right) => Number(left.vmkernelName.slice(5)) - Number(right.vmkernelName.slice(5)));
}

function nicRow(device: PciDevice) {
  return { Name: device.vmkernelName, 'PCI Device': device.address, Driver: device.moduleName };
}

function nicTail(device: PciDevice) {
  const speed = device.linkUp ? device.speed : 0;
  return {
    Speed: speed,
    Duplex: device.linkUp ? 'Full' : 'Half',
    'MAC Address': device.macAddress,
    MTU: 1500,
    Description: `${device.vendorName} ${device.deviceName}`,
  };
}

/** The function behind an uplink, if the last boot gave it virtual functions. */
function sriovFunction(world: HostWorld, vmnic: string): BootedFunction | undefined {
  return world.functions.find((fn) => fn.driver !== undefined && fn.port.vmnic === vmnic && fn.virtualFunctions.length > 0);
}

function virtualFunctions(world: HostWorld, vmnic: string): EsxcliOutput {
  const fn = sriovFunction(world, vmnic);
  if (fn === undefined) {
    return failure(`There is no SRIOV Nic with name ${vmnic}`);
  }
  return list(
    'SriovVf',
    ['VF ID', 'Active', 'PCI Address', 'Owner World ID'],
    fn.virtualFunctions.map((address, index) => {
      const owner = world.vms.virtualFunctionOwner(world.id, address);
      return {
        'VF ID': index,
        Active: owner !== undefined,
        'PCI Address': printed(world, address),
        'Owner World ID': owner === undefined ? '-' : String(owner),
      };
    }),
  );
}

/** Decimal before 8.0.3, hexadecimal from there on (intel/mfd-network-adapter). */
function printed(world: HostWorld, address: string): string {
  const [major = 0, minor = 0, patch = 0] = world.version.split('.').map(Number);
  const hexadecimal = major > 8 || (major === 8 && (minor > 0 || patch >= 3));
  return hexadecimal ? address : formatPciDecimal(parsePci(address));
}

function nicInfo(world: HostWorld, vmnic: string): EsxcliOutput {
  const device = uplinks(world).find((candidate) => candidate.vmkernelName === vmnic);
  if (device === undefined) {
    // Text for an unknown NIC: ours.
    return failure(`Unable to find the NIC ${vmnic}`);
  }
  const adapter = world.functions.find((fn) => fn.port.address === device.address)?.adapter;
  return structure('NICInfo', {
    'Advertised Auto Negotiation': true,
    // The colon before the function is in the real output.
    'Bus Info': device.address.replace('.', ':'),
    Driver: device.moduleName,
    'Firmware Version': adapter?.running ?? '5720-v1.39',
    Version: world.software.version('nmlx5-core') ?? '',
    'Link Detected': device.linkUp,
    'Link Status': device.linkUp ? 'Up ' : 'Down ',
    Name: vmnic,
    'PHY Address': 0,
    'Virtual Address': `00:50:56:5${vmnic.slice(5)}:00:00`,
  });
}
