/** `esxcli software sources vib list`: what a VIB file or an offline bundle holds, before anything is installed from it. */
import type { OfferedVib, VibSource } from '../../ports/esxiHost.ts';
import { operand, printable, refused, shellCommand } from '../quote.ts';
import { field, parseStructures } from './esxcliXml.ts';

/** The way to see the acceptance level of a VIB beforehand (vSphere installation and upgrade guides 6.5 to 8.0, acceptance levels). */
export function sourcesVibListCommand(source: VibSource): string {
  if (!/^(?:\/|https?:\/\/)/.test(source.location)) {
    throw refused(`${printable(source.location)} is neither an absolute path on the host nor an http(s) URL of a ${source.kind}`);
  }
  const option = source.kind === 'vib' ? '-v' : '-d';
  return shellCommand('esxcli', '--formatter=xml', 'software', 'sources', 'vib', 'list', option, operand(source.location));
}

/** No capture of it was found: it is read like `software vib list`, and a field that is not there stays empty. */
export function parseSourcesVibList(stdout: string): readonly OfferedVib[] {
  return parseStructures(stdout, 'the VIBs of a file').map((vib) => ({
    name: field(vib, 'Name') ?? '',
    version: field(vib, 'Version') ?? '',
    acceptanceLevel: field(vib, 'AcceptanceLevel') ?? '',
  }));
}
