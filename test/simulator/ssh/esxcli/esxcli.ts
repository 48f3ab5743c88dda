/** `esxcli`: finds the command, reads its options, formats what it yields. */
import { type CommandResult, fail, type Tool } from '../commandResult.ts';
import { type EsxcliCommand, readOptions, usage } from './command.ts';
import { formatCsv, formatKeyValue, formatXml } from './formatData.ts';
import { formatText } from './formatText.ts';
import { hardwareCommands } from './hardware.ts';
import { moduleCommands } from './module.ts';
import { networkCommands } from './network.ts';
import type { EsxcliOutput } from './output.ts';
import { softwareCommands } from './software.ts';
import { systemCommands } from './system.ts';
import { vmCommands } from './vm.ts';

const COMMANDS: readonly EsxcliCommand[] = [
  ...systemCommands,
  ...moduleCommands,
  ...softwareCommands,
  ...networkCommands,
  ...hardwareCommands,
  ...vmCommands,
];

export const esxcli: Tool = async (args, { world }) => {
  const start = args.findIndex((argument) => !argument.startsWith('-'));
  const globals = start < 0 ? args : args.slice(0, start);
  const rest = start < 0 ? [] : args.slice(start);
  const unknown = globals.find((option) => !/^--(formatter=(xml|csv|keyvalue)|screen-width=\d+|debug)$/.test(option));
  if (unknown !== undefined) {
    return fail(1, `Error: Invalid option ${unknown}`);
  }
  const words = rest.slice(0, firstOption(rest));
  const command = COMMANDS.find((candidate) => candidate.path === words.join(' ') && isThere(candidate, world.version));
  if (command === undefined) {
    return fail(1, `Error: Unknown command or namespace ${words.join(' ')}`);
  }
  const options = readOptions(command, rest.slice(words.length));
  if (typeof options === 'string') {
    return fail(1, options, ...usage(command));
  }
  if (!world.hostdReady) {
    return fail(1, 'Connect to localhost failed: Connection failure.');
  }
  const formatter = globals.find((option) => option.startsWith('--formatter='))?.slice('--formatter='.length);
  return format(await command.run(world, options), formatter);
};

function isThere({ since }: EsxcliCommand, version: string): boolean {
  return since === undefined || Number.parseFloat(version) >= Number.parseFloat(since);
}

function firstOption(words: readonly string[]): number {
  const index = words.findIndex((word) => word.startsWith('-'));
  return index < 0 ? words.length : index;
}

function format(output: EsxcliOutput, formatter: string | undefined): CommandResult {
  if (output.kind === 'failure') {
    return { stdout: formatText(output), code: 1 };
  }
  switch (formatter) {
    case 'xml':
      return { stdout: formatXml(output), code: 0 };
    case 'csv':
      return { stdout: formatCsv(output), code: 0 };
    case 'keyvalue':
      return { stdout: formatKeyValue(output), code: 0 };
    default:
      return { stdout: formatText(output), code: 0 };
  }
}
