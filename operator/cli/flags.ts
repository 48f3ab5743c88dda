/** The command line: which verb, its flags and arguments. A wrong one ends with a message that names it. */
import { parseArgs } from 'node:util';
import type { Command, Flag, Format } from './command.ts';
import { CliError, textOfError } from './exit.ts';
import { nearest } from './suggest.ts';

export const GLOBAL_FLAGS = {
  namespace: { type: 'string', short: 'n', value: 'name', help: 'namespace; default: that of the kubeconfig context' },
  'all-namespaces': { type: 'boolean', short: 'A', help: 'objects of all namespaces' },
  selector: { type: 'string', short: 'l', value: 'labels', help: 'only hosts with these labels, where many are shown' },
  context: { type: 'string', value: 'name', help: 'context of the kubeconfig' },
  kubeconfig: { type: 'string', value: 'path', help: 'kubeconfig file; default: as kubectl' },
  timeout: { type: 'string', value: 'time', help: 'give up after this time, for example 30s or 5m; default: none' },
  output: { type: 'string', short: 'o', value: 'format', help: 'table (default), wide, json or yaml' },
  help: { type: 'boolean', short: 'h', help: 'what the verb does, with an example' },
} as const satisfies Readonly<Record<string, Flag>>;

const FORMATS: readonly Format[] = ['table', 'wide', 'json', 'yaml'];

export interface CommandLine {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly args: readonly string[];
}

type Options = Record<string, { type: 'string' | 'boolean'; short?: string; multiple?: boolean }>;

/** The first word that is no flag and no value of one. */
export function findVerb(args: readonly string[], commands: readonly Command[]): string | undefined {
  const options = optionsOf(GLOBAL_FLAGS, ...commands.map(({ flags }) => flags ?? {}));
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true }).positionals[0];
}

export function parseCommandLine(args: readonly string[], command: Command): CommandLine {
  const flags = { ...GLOBAL_FLAGS, ...command.flags };
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: optionsOf(flags), strict: true, allowPositionals: true });
    return { values: values as CommandLine['values'], args: positionals.slice(1) };
  } catch (error) {
    const message = textOfError(error).split('. To specify')[0] ?? '';
    throw new CliError(`${message}${meant(message, Object.keys(flags))}; kubectl sriov ${command.name} --help shows what there is`, {
      cause: error,
    });
  }
}

function meant(message: string, flags: readonly string[]): string {
  const typed = /'--([^' ]+)'/.exec(message)?.[1];
  const found = typed === undefined ? undefined : nearest(typed, flags);
  return found === undefined || found === typed ? '' : `, did you mean --${found}?`;
}

/** Throws when there are too many or too few. */
export function checkArguments({ args }: CommandLine, command: Command): void {
  if (args.length < command.leastArgs) throw new CliError(`usage: kubectl sriov ${command.name} ${command.args}`);
  if (args.length > command.mostArgs) {
    throw new CliError(`'${args[command.mostArgs]}' is one argument too many; usage: kubectl sriov ${command.name} ${command.args}`);
  }
}

export function formatOf({ values }: CommandLine, command: Pick<Command, 'formats'>): Format {
  const wanted = values['output'] ?? 'table';
  const formats = formatsOf(command);
  const found = formats.find((format) => format === wanted);
  if (found !== undefined) return found;
  throw new CliError(`--output is '${wanted}'; use ${formats.join(', ')}`);
}

export function formatsOf({ formats = [] }: Pick<Command, 'formats'>): readonly Format[] {
  return [...FORMATS, ...formats];
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, '': 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds; undefined without --timeout and for 0, as kubectl has it. */
export function timeoutOf({ values }: CommandLine): number | undefined {
  const text = values['timeout'];
  if (typeof text !== 'string') return undefined;
  const [, number, unit = ''] = /^(\d{1,6})(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new CliError(`--timeout is '${text}'; write a number with ms, s, m or h, for example 30s`);
  const milliseconds = Number(number) * (UNITS[unit] ?? 0);
  return milliseconds === 0 ? undefined : Math.min(milliseconds, 2 ** 31 - 1);
}

function optionsOf(...tables: readonly Readonly<Record<string, Flag>>[]): Options {
  const entries = tables.flatMap((table) => Object.entries(table));
  return Object.fromEntries(
    entries.map(([name, { type, short, multiple }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }), ...(multiple === undefined ? {} : { multiple }) },
    ]),
  );
}
