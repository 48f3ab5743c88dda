/** The plugin file for k9s in docs/kubectl-plugin.md: its views are our kinds, and its commands are verbs with flags that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { checkArguments, parseCommandLine } from '../../../operator/cli/flags.ts';
import { RESOURCES } from '../../../operator/kube/cluster.ts';

interface Plugin {
  readonly shortCut: string;
  readonly scopes: readonly string[];
  readonly args: readonly string[];
}

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/kubectl-plugin.md'), 'utf8');
const { plugins } = parse(/<!-- yaml: of k9s -->\n\n```yaml\n(.*?)```/s.exec(PAGE)?.[1] ?? '') as {
  readonly plugins: Readonly<Record<string, Plugin>>;
};
/** Variables of k9s that its own plugins use. */
const VARIABLES: Readonly<Record<string, string>> = { NAME: 'esx-01', NAMESPACE: 'sriov', CONTEXT: 'lab' };

describe('in k9s', () => {
  it.each(Object.entries(plugins))('%s runs a verb that there is, in views of ours', (_, { scopes, args }) => {
    const plurals: readonly string[] = Object.values(RESOURCES).map(({ plural }) => plural);
    expect(scopes.filter((scope) => !plurals.includes(scope))).toEqual([]);
    const [, line = ''] = /^kubectl sriov ([^|]+?)(?: \| less)?$/.exec(args[1] ?? '') ?? [];
    const words = line.split(' ').map((word) => word.replace(/^\$([A-Z]+)$/, (_variable, name: string) => VARIABLES[name] ?? 'unknown'));
    expect(words).not.toContain('unknown');
    const command = COMMANDS.find(({ name }) => name === words[0]);
    if (command === undefined) throw new Error(`there is no verb ${words[0]}`);
    const parsed = parseCommandLine(words, command);
    expect(() => checkArguments(parsed, command)).not.toThrow();
    expect(parsed.values).toMatchObject({ namespace: 'sriov', context: 'lab' });
  });

  it('has keys of their own', () => {
    const keys = Object.values(plugins).map(({ shortCut }) => shortCut);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.length).toBeGreaterThan(2);
  });
});
