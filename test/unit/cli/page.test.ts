/** docs/kubectl-plugin.md says what there is: every verb with its permissions, every flag with its verbs, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { GLOBAL_FLAGS } from '../../../operator/cli/flags.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/kubectl-plugin.md'), 'utf8');

/** Rows of the table under this heading, without its two head lines. */
function tableOf(heading: string): readonly (readonly string[])[] {
  const section = PAGE.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) => line.split('|').map((cell) => cell.trim()));
}

const quoted = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? '');
const verbs = tableOf('Verbs');
const flags = tableOf('Flags').map(([, names, of = '']) => ({
  names: quoted(names).filter((name) => name.startsWith('--')),
  short: quoted(names).find((name) => /^-\w$/.test(name)),
  of,
}));

describe('verbs', () => {
  it('are those that there are, in their order', () => {
    expect(verbs.map(([, name]) => quoted(name)[0])).toEqual(COMMANDS.map(({ name }) => name));
  });

  it.each(COMMANDS.map(({ name, permissions }) => ({ name, permissions })))('$name needs what the page says', ({ name, permissions }) => {
    const needs = verbs.find(([, verb]) => verb === `\`${name}\``)?.[3];
    expect(needs).toBe(permissions.length === 0 ? 'nothing' : permissions.join('; '));
  });
});

const implemented = [
  ...Object.entries(GLOBAL_FLAGS).map(([name, flag]) => ({ name, flag, of: COMMANDS.map((command) => command.name), everywhere: true })),
  ...[...new Set(COMMANDS.flatMap((command) => Object.keys(command.flags ?? {})))].map((name) => ({
    name,
    flag: COMMANDS.map((command) => command.flags?.[name]).find((flag) => flag !== undefined),
    of: COMMANDS.filter((command) => command.flags?.[name] !== undefined).map((command) => command.name),
    everywhere: false,
  })),
];

describe('flags', () => {
  it('are those that there are', () => {
    expect(flags.flatMap(({ names }) => names).sort()).toEqual(implemented.map(({ name }) => `--${name}`).sort());
  });

  it.each(implemented)('--$name has the letter and the verbs that the page names', ({ name, flag, of, everywhere }) => {
    const row = flags.find(({ names }) => names.includes(`--${name}`));
    const short = flag !== undefined && 'short' in flag ? flag.short : undefined;
    expect(row?.short ?? '').toBe(short === undefined ? '' : `-${short}`);
    if (everywhere) expect(row?.of).toMatch(/^all|`/);
    else if (row?.of !== 'the verbs that write') expect([...quoted(row?.of)].sort()).toEqual([...of].sort());
  });
});

describe('the transcript', () => {
  it('calls verbs that there are, and all of them but completion and ui, which goes on until it is ended', () => {
    const played = new Set([...PAGE.matchAll(/^\$ kubectl sriov (\S+)/gm)].map(([, verb]) => verb));
    const known = COMMANDS.map(({ name }) => name).filter((name) => name !== 'completion' && name !== 'ui');
    expect([...played].sort()).toEqual([...known].sort());
  });
});
