/** `completion`: scripts for shells; and the hidden verb that they call. */
import type { Command } from '../command.ts';
import { COMPLETE, complete, SCRIPTS } from '../completion.ts';
import { CliError, EXIT } from '../exit.ts';
import { listObjects } from '../kubeAccess.ts';

export const COMPLETION: Command = {
  name: 'completion',
  args: '<bash|zsh>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Completion script for a shell, with live names of hosts and attachments',
  example: 'completion bash > ~/.local/share/bash-completion/completions/kubectl-sriov',
  permissions: [],
  run: async ({ args: [shell = ''], io }) => {
    const script = Object.entries(SCRIPTS).find(([name]) => name === shell)?.[1];
    if (script === undefined) throw new CliError(`'${shell}' is no shell that we know; use bash or zsh`);
    io.write(script);
    return EXIT.ok;
  },
};

/** `typed`: the words so far, the last one unfinished. Answers in the form of cobra: words, then `:4` for "no file names". */
export function completer(commands: readonly Command[]): Command {
  return {
    name: COMPLETE,
    args: '[words]',
    leastArgs: 0,
    mostArgs: Number.POSITIVE_INFINITY,
    summary: 'What may come next',
    example: `${COMPLETE} st`,
    permissions: ['optional: list sriovhosts and sriovvmattachments'],
    run: async (context) => {
      const { words, names } = complete(context.args, commands);
      const last = context.args.at(-1) ?? '';
      const found = [...words];
      if (names !== undefined) {
        const kube = context.kube();
        const hosts = await listObjects(kube, 'SriovHost', kube.namespace);
        const attachments = names === 'objects' ? await listObjects(kube, 'SriovVmAttachment', kube.namespace) : [];
        found.push(...new Set([...hosts, ...attachments].map(({ metadata }) => metadata.name).filter((name) => name.startsWith(last))));
      }
      context.io.write(`${[...found, ':4'].join('\n')}\n`);
      return EXIT.ok;
    },
  };
}
