/** `esxcli hardware pci list`: every function on the PCI bus, with its owner and driver. */
import type { PciFunction } from '../../ports/esxiHost.ts';
import { notUnderstood } from '../outcome.ts';
import { shellCommand } from '../quote.ts';
import { pciAddressOf, wholeNumber } from '../text.ts';
import { type EsxcliStructure, field, parseStructures, requiredField } from './esxcliXml.ts';

export function pciListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'hardware', 'pci', 'list');
}

/** The numbers are decimal in XML (the text form prints `0x15b3`); both are read. */
export function parsePciList(stdout: string): readonly PciFunction[] {
  const functions = parseStructures(stdout, 'the list of PCI functions').map(pciFunctionOf);
  // No host is without: an empty list is no proof that an adapter is gone.
  if (functions.length === 0) throw notUnderstood('the PCI functions, of which there are some on every host', stdout);
  return functions;
}

function pciFunctionOf(pci: EsxcliStructure): PciFunction {
  const printed = requiredField(pci, 'a PCI function', 'Address');
  const address = pciAddressOf(printed);
  if (address === undefined) throw notUnderstood('the address of a PCI function', printed);
  const number = (name: string): number => {
    const text = requiredField(pci, `the PCI function ${address}`, name);
    const value = wholeNumber(text);
    if (value === undefined) throw notUnderstood(`the field ${name} of the PCI function ${address}`, text);
    return value;
  };
  return {
    address,
    vendorId: number('VendorID'),
    deviceId: number('DeviceID'),
    // Functions without a subsystem, such as bridges, have none to print: zero, as in their configuration space.
    subVendorId: wholeNumber(field(pci, 'SubVendorID')) ?? 0,
    subDeviceId: wholeNumber(field(pci, 'SubDeviceID')) ?? 0,
    deviceClass: number('DeviceClass'),
    deviceName: field(pci, 'DeviceName') ?? '',
    vmkernelName: nameOf(field(pci, 'VMkernelName')),
    moduleName: nameOf(field(pci, 'ModuleName')),
    currentOwner: field(pci, 'CurrentOwner') ?? '',
    configuredOwner: field(pci, 'ConfiguredOwner'),
    passthruCapable: truth(field(pci, 'PassthruCapable')),
  };
}

function truth(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : text.toLowerCase() === 'true';
}

/** esxcli prints a missing name as nothing or as `None`. */
function nameOf(text: string | undefined): string | undefined {
  return text === undefined || ['none', 'n/a', '-'].includes(text.toLowerCase()) ? undefined : text;
}
