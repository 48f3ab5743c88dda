/** A verb as data, and what it is given to run with. */
import type { ExitCode } from './exit.ts';
import type { Io, Style } from './io.ts';
import type { KubeAccess } from './kubeAccess.ts';

export interface Flag {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** Name of the value in the help, for flags that take one. */
  readonly value?: string;
  /** May be given more than once; its values are read with `texts`. */
  readonly multiple?: boolean;
  readonly help: string;
}

export type Format = 'table' | 'wide' | 'json' | 'yaml' | 'junit' | 'short';

export interface CommandContext {
  readonly io: Io;
  readonly style: Style;
  readonly format: Format;
  readonly args: readonly string[];
  /** Value of a flag that takes one. */
  text(flag: string): string | undefined;
  /** Values of a flag that may be repeated, in the order given. */
  texts(flag: string): readonly string[];
  isSet(flag: string): boolean;
  /** Connects on first use: verbs that need no cluster never ask, and never load what it takes. */
  kube(): Promise<KubeAccess>;
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
  /** Beyond those of every verb. */
  readonly formats?: readonly Format[];
  /** What its caller must be allowed to do, one `verb resource` each; optional ones are marked. */
  readonly permissions: readonly string[];
  run(context: CommandContext): Promise<ExitCode>;
}
