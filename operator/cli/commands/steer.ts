/** `retry`, `hold` and `release`: verbs of both kinds that need no plan. docs/verbs.md says what each does. */
import { ANNOTATIONS } from '../../api/group.ts';
import type { Command } from '../command.ts';
import { getNamed } from '../kubeAccess.ts';
import { steer, YES } from '../steering.ts';

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
      find: getNamed,
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
      find: getNamed,
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
      find: getNamed,
      verb: 'hold',
      question: ({ metadata }) => `Release ${metadata.name}? The operator goes on with its plan.`,
      value: () => null,
      unneeded: ({ metadata }) => (metadata.annotations?.[ANNOTATIONS.hold] === undefined ? 'is not on hold' : undefined),
      done: 'released',
    }),
};
