/** Sets or removes the annotation of a verb, after a question. */
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';
import type { CommandContext } from './command.ts';
import { confirm } from './confirm.ts';
import { CliError, EXIT, type ExitCode } from './exit.ts';
import { annotate, type KubeAccess, type Verb } from './kubeAccess.ts';
import { print } from './print.ts';

export const YES = { yes: { type: 'boolean', short: 'y', help: 'do not ask' } } as const;

type Thing = SriovHost | SriovVmAttachment;

export interface Steering<T extends Thing> {
  readonly find: (kube: KubeAccess, argument: string) => Promise<T>;
  readonly verb: Verb;
  readonly question: (object: T) => string;
  /** Of the annotation; null removes it. */
  readonly value: (object: T, now: Date) => string | null;
  /** Why there is nothing to do; that is no failure. */
  readonly unneeded?: (object: T) => string | undefined;
  readonly done: string;
}

/** The status is written now and then, and each time the version changes. */
const ATTEMPTS = 10;

export async function steer<T extends Thing>(context: CommandContext, steering: Steering<T>): Promise<ExitCode> {
  const kube = await context.kube();
  const [argument = ''] = context.args;
  let object = await steering.find(kube, argument);
  const id = `${object.kind.toLowerCase()}/${object.metadata.name}`;
  const unneeded = steering.unneeded?.(object);
  if (unneeded !== undefined) {
    return await tell(context, object, { changed: false, message: `${id} ${unneeded}` });
  }
  if (!context.isSet('yes') && !(await confirm(context.io, steering.question(object)))) return EXIT.negative;
  const value = steering.value(object, context.io.now());
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await annotate(kube, object, steering.verb, value)) {
      return await tell(context, object, { changed: true, message: `${id}: ${steering.done}` });
    }
    object = await steering.find(kube, argument);
  }
  throw new CliError(`${id} changes faster than it can be written; try again`);
}

export interface Told {
  /** False: it was so already. */
  readonly changed: boolean;
  readonly message: string;
}

/** The answer of every verb that writes. */
export async function tell(context: CommandContext, { kind, metadata }: Thing, { changed, message }: Told): Promise<ExitCode> {
  const { namespace, name } = metadata;
  await print(context, { kind, namespace, name, changed, message }, () => [message]);
  return EXIT.ok;
}
