/** `esxcli vm process list`: the VMs that run, and only those. */
import type { RunningVm } from '../../ports/esxiHost.ts';
import { shellCommand } from '../quote.ts';
import { field, parseStructures, requiredField } from './esxcliXml.ts';

export function vmProcessListCommand(): string {
  return shellCommand('esxcli', '--formatter=xml', 'vm', 'process', 'list');
}

export function parseVmProcessList(stdout: string): readonly RunningVm[] {
  return parseStructures(stdout, 'the list of running VMs').map((vm) => {
    const worldId = requiredField(vm, 'a running VM', 'WorldID');
    const configFile = field(vm, 'ConfigFile') ?? '';
    return { worldId, configFile, name: field(vm, 'DisplayName') ?? (configFile === '' ? `world ${worldId}` : configFile) };
  });
}
