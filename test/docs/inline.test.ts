/** Commands in running text name what exists: scripts of the package, verbs of the plugin, files of the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../operator/cli/commands.ts';
import { ROOT } from '../unit/architecture/sourceFiles.ts';
import { documentationPages } from './support/fences.ts';

const scripts = (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts;
const verbs = COMMANDS.map(({ name }) => name);

function problem(command: string): string | undefined {
  const [, script] = /^npm run ([\w:]+)/.exec(command) ?? [];
  if (script !== undefined && scripts[script] === undefined) return `${command}: package.json has no such script`;
  const [, verb] = /^kubectl[ -]sriov ([a-z-]+)/.exec(command) ?? [];
  if (verb !== undefined && !verbs.includes(verb)) return `${command}: the plugin has no such verb`;
  const [, file] = /^node (?:--\S+ )*(\S+\.[jt]s)/.exec(command) ?? [];
  return file !== undefined && !existsSync(join(ROOT, file)) ? `${command}: no such file` : undefined;
}

function inlineCommands(text: string): readonly string[] {
  const prose = text.replace(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/`((?:npm run|kubectl[ -]sriov|node) [^`]+)`/g)].flatMap(([, command]) => command ?? []);
}

describe('commands in running text', () => {
  it.each(documentationPages())('of $path exist', ({ text }) => {
    expect(inlineCommands(text).flatMap((command) => problem(command) ?? [])).toEqual([]);
  });
  it.each([
    { command: 'npm run nothing', why: 'no script' },
    { command: 'kubectl sriov dance esx-01', why: 'no verb' },
    { command: 'node test/nowhere.ts', why: 'no file' },
  ])('$command is found out: $why', ({ command }) => expect(problem(command)).toContain(command));
});
