/** `retry`, `hold` and `release`: the verbs that need no plan. docs/verbs.md says what each does. */
import { ANNOTATIONS } from '../../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import type { Command, CommandContext } from '../command.ts';
import { confirm } from '../confirm.ts';
import { CliError, EXIT, type ExitCode } from '../exit.ts';
import { annotate, getNamed, type Verb } from '../kubeAccess.ts';

const YES = { yes: { type: 'boolean', short: 'y', help: 'do not ask' } } as const;
const PERMISSIONS = ['get sriovhosts and sriovvmattachments', 'patch the one that is named'];
const common = { args: '<host|attachment>', leastArgs: 1, mostArgs: 1, permissions: PERMISSIONS } as const;

export const RETRY: Command = {
  ...common,
  name: 'retry',
  summary: 'Ask for another try of what is stalled',
  example: 'retry esx-01 --yes',
  flags: YES,
  run: async (context) =>
    await steer(context, {
      verb: 'retry',
      question: ({ metadata }) => `Try ${metadata.name} again, with a new budget of restarts?`,
      value: (_, now) => now.toISOString(),
      done: 'another try is asked for',
    }),
};

export const HOLD: Command = {
  ...common,
  name: 'hold',
  summary: 'Stop the operator from writing to a host or VM; it goes on looking',
  example: 'hold esx-01 --reason "disk swap" --yes',
  flags: { ...YES, reason: { type: 'string', value: 'text', help: 'why; shown by status' } },
  run: async (context) =>
    await steer(context, {
      verb: 'hold',
      question: ({ metadata }) => `Hold ${metadata.name}? What is under way stays as it is.`,
      value: () => context.text('reason') ?? '',
      done: 'on hold',
    }),
};

export const RELEASE: Command = {
  ...common,
  name: 'release',
  summary: 'End a hold',
  example: 'release esx-01 --yes',
  flags: YES,
  run: async (context) =>
    await steer(context, {
      verb: 'hold',
      question: ({ metadata }) => `Release ${metadata.name}? The operator goes on with its plan.`,
      value: () => null,
      unneeded: ({ metadata }) => (metadata.annotations?.[ANNOTATIONS.hold] === undefined ? 'is not on hold' : undefined),
      done: 'released',
    }),
};

type Thing = SriovHost | SriovVmAttachment;

interface Steering {
  readonly verb: Verb;
  readonly question: (object: Thing) => string;
  /** Of the annotation; null removes it. */
  readonly value: (object: Thing, now: Date) => string | null;
  /** Why there is nothing to do; that is no failure. */
  readonly unneeded?: (object: Thing) => string | undefined;
  readonly done: string;
}

const ATTEMPTS = 10;

async function steer(context: CommandContext, steering: Steering): Promise<ExitCode> {
  const kube = context.kube();
  const [argument = ''] = context.args;
  let object = await getNamed(kube, argument);
  const id = `${object.kind.toLowerCase()}/${object.metadata.name}`;
  const unneeded = steering.unneeded?.(object);
  if (unneeded !== undefined) {
    context.io.write(`${id} ${unneeded}\n`);
    return EXIT.ok;
  }
  if (!context.isSet('yes') && !(await confirm(context.io, steering.question(object)))) return EXIT.negative;
  const value = steering.value(object, context.io.now());
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    if (await annotate(kube, object, steering.verb, value)) {
      context.io.write(`${id}: ${steering.done}\n`);
      return EXIT.ok;
    }
    object = await getNamed(kube, argument);
  }
  throw new CliError(`${id} changes faster than it can be written; try again`);
}
