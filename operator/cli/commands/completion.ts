/** `completion`: scripts for shells; and the hidden verb that they call. */
import type { Command, CommandContext } from '../command.ts';
import { complete, type Source } from '../completion.ts';
import { COMPLETE, SCRIPTS } from '../completionScripts.ts';
import { CliError, EXIT } from '../exit.ts';
import { findObject, type KubeAccess, listObjects } from '../kubeAccess.ts';
import { readHostName } from '../names.ts';

export const COMPLETION: Command = {
  name: 'completion',
  args: '<bash|zsh|fish>',
  leastArgs: 1,
  mostArgs: 1,
  summary: 'Completion script for a shell, with live names of hosts and attachments',
  example:
    'completion bash > ~/.local/share/bash-completion/completions/kubectl-sriov\ncompletion fish > ~/.config/fish/completions/kubectl-sriov.fish',
  permissions: [],
  run: async ({ args: [shell = ''], io }) => {
    const script = Object.entries(SCRIPTS).find(([name]) => name === shell)?.[1];
    if (script === undefined) throw new CliError(`'${shell}' is no shell that we know; use bash, zsh or fish`);
    io.write(script);
    return EXIT.ok;
  },
};

/** For a key that is pressed: later than this, the answer is of no use. */
const PATIENCE_MS = 3_000;

/** `typed`: the words so far, the last one unfinished. Answers in the form of cobra, which kubectl reads: words, then a directive. */
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
      const { words, from } = complete(context.args, commands);
      const last = context.args.at(-1) ?? '';
      const found = from === undefined || from === 'files' ? [] : await namesOf(context, from);
      const fitting = [...new Set(found)].filter((name) => name.startsWith(last)).sort();
      context.io.write(`${[...words, ...fitting, from === 'files' ? ':0' : ':4'].join('\n')}\n`);
      return EXIT.ok;
    },
  };
}

/** Empty where the cluster does not answer: a shell has nowhere to show an error. */
async function namesOf(context: CommandContext, from: NonNullable<Source>): Promise<readonly string[]> {
  try {
    if (from === 'contexts') return (await import('../../kube/contexts.ts')).contextNames(context.text('kubeconfig'));
    const kube = await context.kube();
    const signal = AbortSignal.any([kube.signal, AbortSignal.timeout(PATIENCE_MS)]);
    return await namesInCluster(context, { ...kube, signal }, from);
  } catch {
    return [];
  }
}

async function namesInCluster({ args }: CommandContext, kube: KubeAccess, from: NonNullable<Source>): Promise<readonly string[]> {
  if (from === 'namespaces') return await namespaces(kube);
  if (from === 'hash') {
    const host = await findObject(kube, 'SriovHost', readHostName(args.at(-2) ?? ''));
    return host?.status?.plan === undefined ? [] : [host.status.plan.hash];
  }
  const hosts = (await listObjects(kube, 'SriovHost', kube.namespace)).map(({ metadata }) => metadata.name);
  if (from === 'hosts') return [...hosts, ...withKind(args.at(-1) ?? '', 'srh', hosts), ...withKind(args.at(-1) ?? '', 'host', hosts)];
  const attachments = await listObjects(kube, 'SriovVmAttachment', kube.namespace);
  const names = attachments.map(({ metadata }) => metadata.name);
  if (from === 'everything') return [...hosts, ...names, ...attachments.flatMap(({ status }) => status?.vm?.name ?? [])];
  return [...hosts, ...names, ...withKind(args.at(-1) ?? '', 'srh', hosts), ...withKind(args.at(-1) ?? '', 'sva', names)];
}

/** Spellings with a kind are offered to those who began with one. */
function withKind(last: string, word: string, names: readonly string[]): readonly string[] {
  return last.startsWith(`${word}/`) ? names.map((name) => `${word}/${name}`) : [];
}

async function namespaces({ client, signal }: KubeAccess): Promise<readonly string[]> {
  interface NamespaceList {
    readonly items: readonly { readonly metadata: { readonly name: string } }[];
  }
  const { items } = await client.request<NamespaceList>({ method: 'GET', path: '/api/v1/namespaces', signal });
  return items.map(({ metadata }) => metadata.name);
}
