/** `restore` and `detach`: the two ways in which a host is taken out of the operator's hands. docs/verbs.md says what each does. */
import { ANNOTATIONS } from '../../api/group.ts';
import type { SriovHost } from '../../api/types.ts';
import type { Command, CommandContext } from '../command.ts';
import type { ExitCode } from '../exit.ts';
import { getHost } from '../kubeAccess.ts';
import { steer, YES } from '../steering.ts';

const common = {
  args: '<host>',
  leastArgs: 1,
  mostArgs: 1,
  permissions: ['get and patch sriovhosts'],
} as const;

interface Way {
  readonly verb: 'restore' | 'detach';
  readonly question: (host: SriovHost) => string;
  readonly done: string;
  readonly undone: string;
}

export const RESTORE: Command = {
  ...common,
  name: 'restore',
  summary: 'Bring a host back to what was found before the operator first changed it',
  details:
    'The way back is a plan like any other: look at it with kubectl sriov plan. Nothing is written to the host any more once it is back.\nWith --undo the host is brought to its spec again.',
  example: 'restore esx-01\nrestore esx-01 --undo --yes',
  flags: { ...YES, undo: { type: 'boolean', help: 'end the restore: as declared again' } },
  run: async (context) => {
    return await handBack(context, {
      verb: 'restore',
      question: ({ metadata, status }) =>
        `Restore ${metadata.name} to what was found before the first change${status?.snapshot === undefined ? ' (nothing was recorded)' : ''}? It may restart.`,
      done: 'the way back is planned now; see kubectl sriov plan',
      undone: 'as declared again',
    });
  },
};

export const DETACH: Command = {
  ...common,
  name: 'detach',
  summary: 'Hand a host back, and leave it alone until it is taken up again',
  details:
    'What cannot be left half done is finished first, for example a restart; then the operator does not touch the host any more.\nWith --undo the operator takes the host up again.',
  example: 'detach esx-01\ndetach esx-01 --undo --yes',
  flags: { ...YES, undo: { type: 'boolean', help: 'take the host up again' } },
  run: async (context) =>
    await handBack(context, {
      verb: 'detach',
      question: ({ metadata }) => `Detach ${metadata.name}? The operator hands it back and leaves it alone.`,
      done: 'will be handed back and left alone; see kubectl sriov status',
      undone: 'taken up again',
    }),
};

async function handBack(context: CommandContext, { verb, question, done, undone }: Way): Promise<ExitCode> {
  const isOn = ({ metadata }: SriovHost): boolean => metadata.annotations?.[ANNOTATIONS[verb]] !== undefined;
  if (context.isSet('undo')) {
    return await steer(context, {
      find: getHost,
      verb,
      question: ({ metadata }) => `End the ${verb} of ${metadata.name}? The operator goes on with its plan.`,
      value: () => null,
      unneeded: (host) => (isOn(host) ? undefined : `has no ${verb} to undo`),
      done: undone,
    });
  }
  return await steer(context, {
    find: getHost,
    verb,
    question,
    value: (_, now) => now.toISOString(),
    // A new value would begin the same anew.
    unneeded: (host) => (isOn(host) ? `has a ${verb} already; --undo ends it` : undefined),
    done,
  });
}
