/** `esxcli network sriovnic list` and `vf list`: physical functions with SR-IOV active, and their virtual functions. */
import type { VirtualFunction } from '../../ports/esxiHost.ts';
import { notUnderstood } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';
import { pciAddressOf, wholeNumber } from '../text.ts';
import { field, parseStructures, requiredField } from './esxcliXml.ts';

export function sriovNicListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'network', 'sriovnic', 'list');
}

/** Names of uplinks. Empty with exit code 0 while no driver created virtual functions. */
export function parseSriovNicList(stdout: string): readonly string[] {
  if (stdout.trim() === '') return [];
  return parseStructures(stdout, 'the list of SR-IOV uplinks').map((nic) => requiredField(nic, 'an SR-IOV uplink', 'Name'));
}

export function virtualFunctionListCommand(vmnic: string): string {
  return shellCommand('esxcli', '--formatter=xml', 'network', 'sriovnic', 'vf', 'list', '-n', operand(vmnic));
}

/** With either exit code, what esxcli says of an uplink that has no virtual functions (intel/mfd-network-adapter, esxi.py). */
export function saysNoSriovNic(text: string): boolean {
  return /There is no SRIOV Nic with name/i.test(text);
}

export function parseVirtualFunctionList(stdout: string): readonly VirtualFunction[] {
  if (saysNoSriovNic(stdout) || stdout.trim() === '') return [];
  return parseStructures(stdout, 'the list of virtual functions').map((vf) => {
    const id = wholeNumber(requiredField(vf, 'a virtual function', 'VFID'));
    const printed = requiredField(vf, 'a virtual function', 'PCIAddress');
    const pciAddress = pciAddressOf(printed);
    if (id === undefined || pciAddress === undefined) throw notUnderstood('number and PCI address of a virtual function', printed);
    return { id, pciAddress, active: field(vf, 'Active')?.toLowerCase() === 'true' };
  });
}
