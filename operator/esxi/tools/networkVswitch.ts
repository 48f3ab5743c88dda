/** `esxcli network vswitch standard list` and `dvs vmware list`: which virtual switch uses which uplink. */
import { shellCommand } from '../quote.ts';
import { field, listField, parseStructures } from './esxcliXml.ts';

export function standardSwitchListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'network', 'vswitch', 'standard', 'list');
}

export function distributedSwitchListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'network', 'vswitch', 'dvs', 'vmware', 'list');
}

/** Switch by uplink. The uplinks are a list; one line of text with commas is read as well. */
export function parseUplinkUsers(stdout: string): Readonly<Record<string, string>> {
  if (stdout.trim() === '') return {};
  return Object.fromEntries(
    parseStructures(stdout, 'the list of virtual switches').flatMap((found) => {
      const name = field(found, 'Name', 'DVSName') ?? 'a virtual switch';
      const uplinks = [...listField(found, 'Uplinks'), ...(field(found, 'Uplinks')?.split(',') ?? [])];
      return uplinks.map((uplink) => [uplink.trim(), name] as const).filter(([uplink]) => uplink !== '');
    }),
  );
}
