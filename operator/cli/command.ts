/** A verb as data, and what it is given to run with. */
import type { ExitCode } from './exit.ts';
import type { Io, Style } from './io.ts';
import type { KubeAccess } from './kubeAccess.ts';

export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Name of the value in the help, for flags that take one. */
  readonly value?: string;
  readonly help: string;
}

export type Format = 'table' | 'wide' | 'json' | 'yaml';

export interface CommandContext {
  readonly io: Io;
  readonly style: Style;
  readonly format: Format;
  readonly args: readonly string[];
  /** Value of a flag that takes one. */
  text(flag: string): string | undefined;
  isSet(flag: string): boolean;
  /** Connects on first use: verbs that need no cluster never ask. */
  kube(): KubeAccess;
}

export interface Command {
  readonly name: string;
  /** Positional arguments as the usage line shows them. */
  readonly args: string;
  readonly leastArgs: number;
  readonly mostArgs: number;
  readonly summary: string;
  readonly details?: string;
  /** Without `kubectl sriov`. */
  readonly example: string;
  readonly flags?: Readonly<Record<string, Flag>>;
  /** What its caller must be allowed to do, one `verb resource` each; optional ones are marked. */
  readonly permissions: readonly string[];
  run(context: CommandContext): Promise<ExitCode>;
}
