/** How an esxcli command is described, and its options read: usage errors on stdout, exit code 1, as esxcli does. */
import type { HostWorld } from '../../world/hostWorld.ts';
import type { EsxcliOutput } from './output.ts';

export interface OptionSpec {
  readonly short?: string;
  readonly long: string;
  readonly kind: 'value' | 'flag' | 'boolean';
  readonly required?: boolean;
}

export interface Options {
  value(long: string): string | undefined;
  /** Bare flags, and booleans that were given as true. */
  isSet(long: string): boolean;
}

export interface EsxcliCommand {
  /** `network sriovnic vf list`. */
  readonly path: string;
  readonly options?: readonly OptionSpec[];
  /** First ESXi version that has it; default: all. */
  readonly since?: string;
  readonly run: (world: HostWorld, options: Options) => EsxcliOutput | Promise<EsxcliOutput>;
}

const TRUE = ['1', 'y', 'yes', 't', 'true', 'on'];
const FALSE = ['0', 'n', 'no', 'f', 'false', 'off'];

/** The options, or the first line of the usage error. */
export function readOptions(command: EsxcliCommand, args: readonly string[]): Options | string {
  const values = new Map<string, string>();
  const specs = command.options ?? [];
  for (let index = 0; index < args.length; index += 1) {
    const [word = '', inline] = splitInline(args[index] ?? '');
    const spec = specs.find(
      (candidate) => word === `--${candidate.long}` || (candidate.short !== undefined && word === `-${candidate.short}`),
    );
    if (spec === undefined) {
      return `Error: Invalid option ${word}`;
    }
    if (spec.kind === 'flag') {
      values.set(spec.long, 'true');
    } else {
      const value = inline ?? args[++index];
      if (value === undefined) {
        return `Error: Missing argument for option ${word}`;
      }
      if (spec.kind === 'boolean' && ![...TRUE, ...FALSE].includes(value.toLowerCase())) {
        return `Error: While processing '${word}'. Argument type mismatch. Expecting one of {0, 1, n[o], y[es], f[alse], t[rue], off, on}. Got '${value}'`;
      }
      values.set(spec.long, value);
    }
  }
  const missing = specs.find((spec) => spec.required === true && !values.has(spec.long));
  if (missing !== undefined) {
    return `Error: Missing required parameter ${names(missing)}`;
  }
  return { value: (long) => values.get(long), isSet: (long) => TRUE.includes((values.get(long) ?? '').toLowerCase()) };
}

function splitInline(word: string): readonly [string, string | undefined] {
  const equals = word.startsWith('--') ? word.indexOf('=') : -1;
  return equals < 0 ? [word, undefined] : [word.slice(0, equals), word.slice(equals + 1)];
}

export function usage(command: EsxcliCommand): readonly string[] {
  const options = (command.options ?? []).map(
    (spec) => `  ${names(spec)}${spec.kind === 'flag' ? '' : '=<str>'}${spec.required === true ? ' (required)' : ''}`,
  );
  return ['', `Usage: esxcli ${command.path} [cmd options]`, '', 'Cmd options:', ...options];
}

function names(spec: OptionSpec): string {
  return spec.short === undefined ? `--${spec.long}` : `-${spec.short}|--${spec.long}`;
}
