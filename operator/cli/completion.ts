/** What may come next on a command line. Pure. */
import type { Command, Flag } from './command.ts';
import { SCRIPTS } from './completionScripts.ts';
import { formatsOf, GLOBAL_FLAGS } from './flags.ts';

/** What the words are to be taken from, where they are not known here. */
export type Source = 'hosts' | 'objects' | 'everything' | 'hash' | 'namespaces' | 'contexts' | 'files' | undefined;

export interface Completion {
  readonly words: readonly string[];
  readonly from: Source;
}

const FLAG_WORDS: Readonly<Record<string, readonly string[]>> = { 'link-type': ['Ethernet', 'InfiniBand'] };
const FLAG_SOURCES: Readonly<Record<string, Source>> = {
  namespace: 'namespaces',
  'operator-namespace': 'namespaces',
  context: 'contexts',
  kubeconfig: 'files',
  filename: 'files',
  file: 'files',
  record: 'files',
  svg: 'files',
  html: 'files',
};

/** For the words after `kubectl sriov`, the last of which is being typed. */
export function complete(typed: readonly string[], commands: readonly Command[]): Completion {
  const last = typed.at(-1) ?? '';
  const { verb, args, open } = read(typed.slice(0, -1), commands);
  const flags: Readonly<Record<string, Flag>> = { ...GLOBAL_FLAGS, ...verb?.flags };
  const fitting = (words: readonly string[]): readonly string[] => words.filter((word) => word.startsWith(last));
  if (open === 'output') return { words: fitting(formatsOf(verb ?? {})), from: undefined };
  if (open !== undefined) return { words: fitting(FLAG_WORDS[open] ?? []), from: FLAG_SOURCES[open] };
  if (last.startsWith('-')) return { words: fitting(Object.keys(flags).map((name) => `--${name}`)), from: undefined };
  if (verb === undefined) return { words: fitting(commands.map(({ name }) => name)), from: undefined };
  if (verb.name === 'completion') return { words: args.length === 0 ? fitting(Object.keys(SCRIPTS)) : [], from: undefined };
  return { words: [], from: args.length < verb.mostArgs ? sourceOf(verb, args.length) : undefined };
}

/** The verb and its arguments so far; `open`: the flag that waits for its value. */
function read(typed: readonly string[], commands: readonly Command[]) {
  let verb: Command | undefined;
  let open: string | undefined;
  const args: string[] = [];
  for (const word of typed) {
    if (open !== undefined) open = undefined;
    else if (word.startsWith('-')) open = waitingFlag(word, { ...GLOBAL_FLAGS, ...verb?.flags });
    else if (verb === undefined) verb = commands.find(({ name }) => name === word);
    else args.push(word);
  }
  return { verb, args, open };
}

function waitingFlag(word: string, flags: Readonly<Record<string, Flag>>): string | undefined {
  const found = Object.entries(flags).find(([name, { short }]) => word === `--${name}` || (short !== undefined && word === `-${short}`));
  return found?.[1].type === 'string' ? found[0] : undefined;
}

function sourceOf({ name, args }: Command, position: number): Source {
  if (name === 'find') return 'everything';
  if (args.includes('[hash]') && position === 1) return 'hash';
  if (args.includes('path')) return 'files';
  if (args.includes('attachment')) return 'objects';
  return args.includes('host') ? 'hosts' : undefined;
}
