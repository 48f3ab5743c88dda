/** What the plugin's packages for distributions have in common: what they say of it, and where its files lie once one is installed. */
import type { Entry } from '../../../operator/cli/bundle/tar.ts';
import { SCRIPTS } from '../../../operator/cli/completionScripts.ts';

/** Its programs are linked to from /usr/bin. */
const HOME = 'usr/share/kubectl-sriov';

export const SUMMARY = 'kubectl plugin for SR-IOV on ESXi hosts';
export const DESCRIPTION: readonly string[] = [
  'Shows what the ESXi SR-IOV operator reports about hosts and virtual',
  'machines, and sets the annotations that steer it.',
];

/** A version with ~ comes before the same one without (deb-version(7), and rpm since 4.10). */
export function distroVersion(version: string): string {
  return version.replace('-', '~');
}

/** `files` as they lie in the archive; `zsh`: the folder below /usr/share/zsh in which the distribution looks for completion. */
export function installedFiles(files: readonly Entry[], zsh: string): readonly Entry[] {
  return [
    ...files.map((entry) => ({ ...entry, path: `${HOME}/${entry.path}` })),
    ...['kubectl-sriov', 'kubectl_complete-sriov'].map((name) => link(`usr/bin/${name}`, `../../${HOME}/${name}`)),
    file('usr/share/bash-completion/completions/kubectl-sriov', SCRIPTS.bash),
    file(`usr/share/zsh/${zsh}/_kubectl-sriov`, SCRIPTS.zsh),
    file('usr/share/fish/vendor_completions.d/kubectl-sriov.fish', SCRIPTS.fish),
  ];
}

export function file(path: string, content: string): Entry {
  return { path, content, mode: 0o644 };
}

function link(path: string, target: string): Entry {
  return { path, content: target, mode: 0o777, type: 'link' };
}
