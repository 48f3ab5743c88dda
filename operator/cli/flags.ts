/** The command line: which verb, its flags and arguments. A wrong one ends with a message that names it. */
import { parseArgs } from 'node:util';
import type { Command, Flag, Format } from './command.ts';
import { CliError, textOfError } from './exit.ts';

export const GLOBAL_FLAGS = {
  namespace: { type: 'string', short: 'n', value: 'name', help: 'namespace; default: that of the kubeconfig context' },
  'all-namespaces': { type: 'boolean', short: 'A', help: 'objects of all namespaces' },
  context: { type: 'string', value: 'name', help: 'context of the kubeconfig' },
  kubeconfig: { type: 'string', value: 'path', help: 'kubeconfig file; default: as kubectl' },
  output: { type: 'string', short: 'o', value: 'format', help: 'table (default), wide, json or yaml' },
  help: { type: 'boolean', short: 'h', help: 'what the verb does, with an example' },
} as const satisfies Readonly<Record<string, Flag>>;

const FORMATS: readonly Format[] = ['table', 'wide', 'json', 'yaml'];

export interface CommandLine {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly args: readonly string[];
}

type Options = Record<string, { type: 'string' | 'boolean'; short?: string }>;

/** The first word that is no flag and no value of one. */
export function findVerb(args: readonly string[], commands: readonly Command[]): string | undefined {
  const options = optionsOf(GLOBAL_FLAGS, ...commands.map(({ flags }) => flags ?? {}));
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true }).positionals[0];
}

export function parseCommandLine(args: readonly string[], command: Command): CommandLine {
  try {
    const options = optionsOf(GLOBAL_FLAGS, command.flags ?? {});
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { values: values as CommandLine['values'], args: positionals.slice(1) };
  } catch (error) {
    const message = textOfError(error).split('. To specify')[0];
    throw new CliError(`${message}; kubectl sriov ${command.name} --help shows what there is`, { cause: error });
  }
}

/** Throws when there are too many or too few. */
export function checkArguments({ args }: CommandLine, command: Command): void {
  if (args.length < command.leastArgs) throw new CliError(`usage: kubectl sriov ${command.name} ${command.args}`);
  if (args.length > command.mostArgs) {
    throw new CliError(`'${args[command.mostArgs]}' is one argument too many; usage: kubectl sriov ${command.name} ${command.args}`);
  }
}

export function formatOf({ values }: CommandLine): Format {
  const wanted = values['output'] ?? 'table';
  const found = FORMATS.find((format) => format === wanted);
  if (found !== undefined) return found;
  throw new CliError(`--output is '${wanted}'; use ${FORMATS.join(', ')}`);
}

function optionsOf(...tables: readonly Readonly<Record<string, Flag>>[]): Options {
  const entries = tables.flatMap((table) => Object.entries(table));
  return Object.fromEntries(entries.map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]));
}
