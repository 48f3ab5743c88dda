/** Completion scripts for the plugin's own name, and the words behind them. Pure. */
import type { Command } from './command.ts';
import { GLOBAL_FLAGS } from './flags.ts';

/** Hidden verb that the scripts call: it prints what may come next, one word a line. */
export const COMPLETE = '__complete';

/** kubectl looks for `kubectl_complete-sriov` on the path; the bash script tells how to make it. */
export const SCRIPTS: Readonly<Record<'bash' | 'zsh', string>> = {
  bash: `# bash completion of kubectl-sriov. For \`kubectl sriov <TAB>\` put an executable kubectl_complete-sriov on the path:
#   #!/bin/sh
#   exec kubectl-sriov ${COMPLETE} "$@"
_kubectl_sriov() {
  local words
  words=$(kubectl-sriov ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | grep -v '^:')
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}")
}
complete -F _kubectl_sriov kubectl-sriov
`,
  zsh: `#compdef kubectl-sriov
# zsh completion of kubectl-sriov. Source it, or save it as _kubectl-sriov in a folder of $fpath.
_kubectl_sriov() {
  local -a found
  found=(\${(f)"$(kubectl-sriov ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null | grep -v '^:')"})
  compadd -a found
}
compdef _kubectl_sriov kubectl-sriov
`,
};

/** What the verb's next argument is, for those whose names are in the cluster. */
export type Wanted = 'hosts' | 'objects' | undefined;

export interface Completion {
  readonly words: readonly string[];
  readonly names: Wanted;
}

/** For the words after `kubectl sriov`, the last of which is being typed. */
export function complete(typed: readonly string[], commands: readonly Command[]): Completion {
  const last = typed.at(-1) ?? '';
  const command = commands.find(({ name }) => name === typed[0]);
  const flags = { ...GLOBAL_FLAGS, ...command?.flags };
  if (typed.length <= 1) return { words: commands.map(({ name }) => name).filter((name) => name.startsWith(last)), names: undefined };
  if (last.startsWith('-')) {
    const words = Object.keys(flags).map((name) => `--${name}`);
    return { words: words.filter((word) => word.startsWith(last)), names: undefined };
  }
  if (['-o', '--output'].includes(typed.at(-2) ?? '')) {
    return { words: ['table', 'wide', 'json', 'yaml'].filter((word) => word.startsWith(last)), names: undefined };
  }
  if (command?.name === 'completion') return { words: Object.keys(SCRIPTS).filter((word) => word.startsWith(last)), names: undefined };
  return { words: [], names: namesFor(command) };
}

function namesFor(command: Command | undefined): Wanted {
  if (command?.args.includes('attachment') === true) return 'objects';
  return command?.args.includes('host') === true ? 'hosts' : undefined;
}
