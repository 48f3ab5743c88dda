/** Options of a VMkernel module: `esxcfg-module -g` and `-s`, `esxcli system module parameters list`. */
import { PortError } from '../../ports/errors.ts';
import type { ModuleOptions, ModuleParameter } from '../../ports/esxiHost.ts';
import { notUnderstood } from '../outcome.ts';
import { operand, shellCommand } from '../quote.ts';
import { field, parseStructures, requiredField } from './esxcliXml.ts';

export function moduleOptionsCommand(module: string): string {
  return shellCommand('esxcfg-module', '-g', operand(module));
}

/** One line: `nmlx5_core enabled = 1 options = 'max_vfs=8,8'`. */
export function parseModuleOptions(stdout: string, module: string): ModuleOptions {
  for (const line of stdout.split(/\r?\n/)) {
    const match = line.match(/^\s*(\S+) enabled = (\d) options = '(.*)'\s*$/);
    if (match?.[1] === module) return { enabled: match[2] !== '0', options: match[3] ?? '' };
  }
  throw notUnderstood(`the options of the module ${module}`, stdout);
}

/** Replaces the whole option string; counts when the driver is loaded, which is at the next boot. */
export function setModuleOptionsCommand(module: string, options: string): string {
  return shellCommand('esxcfg-module', '-s', operand(options), operand(module));
}

export function moduleParametersCommand(module: string): string {
  return shellCommand('esxcli', '--formatter=xml', 'system', 'module', 'parameters', 'list', '-m', operand(module));
}

/** As XML, since the descriptions of nmlx5_core run over several lines of the table. */
export function parseModuleParameters(stdout: string): readonly ModuleParameter[] {
  return parseStructures(stdout, 'the parameters of the module').map((parameter) => ({
    name: requiredField(parameter, 'a module parameter', 'Name'),
    type: field(parameter, 'Type') ?? '',
    value: field(parameter, 'Value') ?? '',
    description: field(parameter, 'Description') ?? '',
  }));
}

/** The host takes any string without a word: only reading it back tells that it was stored. */
export function requireOptionsWritten(module: string, wanted: string, found: ModuleOptions): void {
  const words = (text: string): string => text.trim().split(/\s+/).join(' ');
  if (words(found.options) === words(wanted)) return;
  throw new PortError('CommandFailed', `the options of the module ${module} were set to '${wanted}', but the host has '${found.options}'`);
}
