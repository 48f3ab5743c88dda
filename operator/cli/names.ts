/** How people name an object: `esx-01`, `host/esx-01`, `srh/esx-01`, `sva/db-01`. Pure. */
import type { Kind } from '../ports/cluster.ts';
import { CliError } from './exit.ts';

const KIND_WORDS: Readonly<Record<string, Kind>> = {
  srh: 'SriovHost',
  host: 'SriovHost',
  hosts: 'SriovHost',
  sriovhost: 'SriovHost',
  sriovhosts: 'SriovHost',
  sva: 'SriovVmAttachment',
  vm: 'SriovVmAttachment',
  attachment: 'SriovVmAttachment',
  attachments: 'SriovVmAttachment',
  sriovvmattachment: 'SriovVmAttachment',
  sriovvmattachments: 'SriovVmAttachment',
};

export interface ObjectWord {
  /** Undefined: either. */
  readonly kind: Kind | undefined;
  readonly name: string;
}

/** `kind.group/name`, as `kubectl get -o name` prints it, counts too. */
export function readName(argument: string): ObjectWord {
  const slash = argument.indexOf('/');
  if (slash === -1) return { kind: undefined, name: argument };
  const [word = ''] = argument.slice(0, slash).toLowerCase().split('.');
  const kind = KIND_WORDS[word];
  if (kind === undefined) throw new CliError(`'${argument}': the kind before the / is srh for a host or sva for an attachment`);
  return { kind, name: argument.slice(slash + 1) };
}

/** For verbs that only hosts have. */
export function readHostName(argument: string): string {
  const { kind, name } = readName(argument);
  if (kind === 'SriovVmAttachment') throw new CliError(`'${argument}' is an attachment; this verb takes a host, for example srh/esx-01`);
  return name;
}
