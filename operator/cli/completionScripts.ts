/** Completion scripts for the plugin's own name. `kubectl sriov <TAB>` itself needs kubectl_complete-sriov on the path, which npm installs beside it. */

/** Hidden verb that the scripts call: it prints what may come next, one word a line, and then `:0` where file names fit too, else `:4`. */
export const COMPLETE = '__complete';

export const SCRIPTS: Readonly<Record<'bash' | 'zsh' | 'fish', string>> = {
  bash: `# bash completion of kubectl-sriov
_kubectl_sriov() {
  local answer
  answer=$(kubectl-sriov ${COMPLETE} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  mapfile -t COMPREPLY < <(compgen -W "$(grep -v '^:' <<<"$answer")" -- "\${COMP_WORDS[COMP_CWORD]}")
  if [[ \${#COMPREPLY[@]} -eq 0 && $answer == *:0 ]]; then
    mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
  fi
}
complete -F _kubectl_sriov kubectl-sriov
`,
  zsh: `#compdef kubectl-sriov
# zsh completion of kubectl-sriov. Source it, or save it as _kubectl-sriov in a folder of $fpath.
_kubectl_sriov() {
  local answer
  local -a found
  answer=$(kubectl-sriov ${COMPLETE} "\${(@)words[2,CURRENT]}" 2>/dev/null)
  found=(\${(f)"$(grep -v '^:' <<<"$answer")"})
  if [[ \${#found} -eq 0 && $answer == *:0 ]]; then _files; else compadd -a found; fi
}
compdef _kubectl_sriov kubectl-sriov
`,
  fish: `# fish completion of kubectl-sriov. Save it as ~/.config/fish/completions/kubectl-sriov.fish.
function __kubectl_sriov
  set -l words (commandline -opc) (commandline -ct)
  set -l answer (kubectl-sriov ${COMPLETE} $words[2..] 2>/dev/null)
  if test (count $answer) -eq 1 -a "$answer[-1]" = ':0'
    __fish_complete_path (commandline -ct)
  else
    string match --invert --regex '^:' -- $answer
  end
end
complete -c kubectl-sriov -f -a '(__kubectl_sriov)'
`,
};
