/** `esxcli network nic list`: the uplinks. */
import type { Nic } from '../../ports/esxiHost.ts';
import { notUnderstood } from '../outcome.ts';
import { shellCommand } from '../quote.ts';
import { macAddressOf, pciAddressOf, wholeNumber } from '../text.ts';
import { type EsxcliStructure, field, parseStructures, requiredField } from './esxcliXml.ts';

export function nicListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'network', 'nic', 'list');
}

/** Uplinks on PCI only: a vusb uplink has no PCI address and no SR-IOV. MAC addresses come in lower case. */
export function parseNicList(stdout: string): readonly Nic[] {
  return parseStructures(stdout, 'the list of uplinks').flatMap((nic) => {
    const pciAddress = pciAddressOf(field(nic, 'PCIDevice', 'PCIAddress', 'PCI') ?? '');
    return pciAddress === undefined ? [] : [nicOf(nic, pciAddress)];
  });
}

function nicOf(nic: EsxcliStructure, pciAddress: string): Nic {
  const name = requiredField(nic, 'an uplink', 'Name');
  const mac = requiredField(nic, `the uplink ${name}`, 'MACAddress');
  const macAddress = macAddressOf(mac);
  if (macAddress === undefined) throw notUnderstood(`the MAC address of the uplink ${name}`, mac);
  return {
    name,
    pciAddress,
    macAddress,
    driver: field(nic, 'Driver') ?? '',
    linkUp: (field(nic, 'LinkStatus', 'Link') ?? '').trim() === 'Up',
    mtu: wholeNumber(field(nic, 'MTU')) ?? 0,
  };
}
