/** `--help`: of the plugin, and of one verb. Pure. */
import type { Command, Flag } from './command.ts';
import { GLOBAL_FLAGS } from './flags.ts';

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Shows and steers SR-IOV hosts and the VMs on them.',
    '',
    'Usage: kubectl sriov <verb> [flags]',
    '',
    'Verbs:',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'Flags of every verb:',
    ...flagLines(GLOBAL_FLAGS),
    '',
    'kubectl sriov <verb> --help shows an example. Exit codes: 0 done, 1 the answer is no, 2 it could not be done.',
    '',
  ].join('\n');
}

export function helpOf({ name, args, summary, details, example, flags, permissions }: Command): string {
  return [
    `${summary}.`,
    ...(details === undefined ? [] : ['', details]),
    '',
    `Usage: kubectl sriov ${name}${args === '' ? '' : ` ${args}`} [flags]`,
    '',
    'Example:',
    ...example.split('\n').map((line) => `  kubectl sriov ${line}`),
    ...(flags === undefined ? [] : ['', 'Flags:', ...flagLines(flags)]),
    '',
    'Flags of every verb:',
    ...flagLines(GLOBAL_FLAGS),
    '',
    permissions.length === 0 ? 'Needs no permission in the cluster.' : `Needs: ${permissions.join('; ')}.`,
    '',
  ].join('\n');
}

function flagLines(flags: Readonly<Record<string, Flag>>): readonly string[] {
  const left = Object.entries(flags).map(([name, { short, value }]) => {
    const letter = short === undefined ? '    ' : `-${short}, `;
    return `${letter}--${name}${value === undefined ? '' : ` <${value}>`}`;
  });
  const width = Math.max(...left.map((text) => text.length));
  return Object.values(flags).map(({ help }, index) => `  ${(left[index] ?? '').padEnd(width)}  ${help}`);
}
