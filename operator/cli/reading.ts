/** Verbs that only read: one answer, or with --watch a new one after each change. */
import type { Command, CommandContext, Flag } from './command.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Style } from './io.ts';
import type { KubeAccess } from './kubeAccess.ts';
import { print } from './print.ts';

export interface Answer {
  /** For programs. Its shape is documented in docs/kubectl-plugin.md. */
  readonly data: unknown;
  render(style: Style): readonly string[];
  /** Left out: 0. */
  readonly code?: ExitCode;
  /** One line for each object, by what it is: a watch that nobody sees on a terminal tells these as they change. */
  readonly lines?: readonly (readonly [key: string, line: string])[];
}

export const WATCH = {
  watch: { type: 'boolean', short: 'w', help: 'follow changes until Ctrl-C or --timeout' },
} as const satisfies Readonly<Record<string, Flag>>;

export interface ReadingCommand extends Omit<Command, 'run'> {
  answer(context: CommandContext, kube: KubeAccess): Promise<Answer>;
}

export function reading({ answer, ...command }: ReadingCommand): Command {
  return {
    ...command,
    flags: { ...WATCH, ...command.flags },
    run: async (context) => {
      const kube = await context.kube();
      if (context.isSet('watch')) return await watching(context, kube, (from) => answer(context, from));
      const { data, render, code = EXIT.ok } = await answer(context, kube);
      await print(context, data, render);
      return code;
    },
  };
}

/** Loaded only by those who watch. */
export async function watching(
  context: CommandContext,
  kube: KubeAccess,
  compute: (kube: KubeAccess) => Promise<Answer>,
): Promise<ExitCode> {
  const { watchAnswer } = await import('./watchAnswer.ts');
  return await watchAnswer(context, kube, compute);
}
