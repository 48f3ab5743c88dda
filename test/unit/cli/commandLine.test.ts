/** Arguments, help and completion, and the checks that only judge. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { judgeLease } from '../../../operator/cli/checks/lease.ts';
import { judgeObjects } from '../../../operator/cli/checks/objects.ts';
import { refuseUnlessApprovable } from '../../../operator/cli/commands/approve.ts';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { complete } from '../../../operator/cli/completion.ts';
import { helpOf } from '../../../operator/cli/help.ts';
import { run } from '../../integration/cli/terminal.ts';
import { HASH, host, stalled, waitingHost } from './objects.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('wrong use ends with 2 and says what is right', () => {
  it.each([
    { why: 'an unknown verb', args: ['reboot'], says: "there is no verb 'reboot'" },
    { why: 'an unknown flag', args: ['status', '--wathc'], says: "Unknown option '--wathc'; kubectl sriov status --help" },
    { why: 'an unknown format', args: ['status', '-o', 'xml'], says: "--output is 'xml'; use table, wide, json, yaml" },
    { why: 'a missing argument', args: ['why'], says: 'usage: kubectl sriov why <host|attachment>' },
    { why: 'an argument too many', args: ['status', 'a', 'b'], says: "'b' is one argument too many" },
    { why: 'a kubeconfig that is not there', args: ['status', '--kubeconfig', '/nowhere/config'], says: 'no usable kubeconfig' },
    { why: 'an unknown shell', args: ['completion', 'csh'], says: 'use bash or zsh' },
    { why: 'a direct plan without a spec', args: ['plan', '--direct'], says: '--direct needs the spec' },
    { why: 'a file without --direct', args: ['plan', '-f', 'x.yaml'], says: 'planned for with --direct' },
    { why: 'a file that is not there', args: ['validate', '-f', '/nowhere.yaml'], says: '/nowhere.yaml cannot be read' },
  ])('$why', async ({ args, says }) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
  });
});

describe('help', () => {
  it.each(COMMANDS.map((command) => ({ name: command.name, command })))(
    'of $name has an example and the permissions',
    async ({ name, command }) => {
      const { code, stdout } = await run([name, '--help']);
      expect(code).toBe(0);
      expect(stdout).toBe(helpOf(command));
      expect(stdout).toContain(`Example:\n  kubectl sriov ${name}`);
      expect(stdout).toMatch(/^Needs/m);
    },
  );

  it('of the plugin lists every verb; without a verb the exit code is 2', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    for (const { name } of COMMANDS) expect(stdout).toContain(`  ${name} `);
    expect((await run([])).code).toBe(2);
  });
});

describe('completion', () => {
  it.each([
    { why: 'verbs', typed: ['re'], words: ['retry', 'release'], names: undefined },
    { why: 'flags of the verb and of all', typed: ['approve', 'esx-01', '--y'], words: ['--yes'], names: undefined },
    { why: 'formats', typed: ['status', '-o', 'j'], words: ['json'], names: undefined },
    { why: 'shells', typed: ['completion', 'z'], words: ['zsh'], names: undefined },
    { why: 'names of hosts', typed: ['plan', ''], words: [], names: 'hosts' },
    { why: 'names of both kinds', typed: ['why', ''], words: [], names: 'objects' },
    { why: 'nothing for find', typed: ['find', ''], words: [], names: undefined },
  ])('knows $why', ({ typed, words, names }) => {
    expect(complete(typed, COMMANDS)).toEqual({ words, names });
  });
});

describe('approve', () => {
  it.each([
    { why: 'another hash', object: waitingHost(), hash: 'other', says: `it is ${HASH} now, not other` },
    { why: 'nothing to do', object: { ...host(), spec: waitingHost().spec }, hash: HASH, says: 'nothing is left to do' },
    { why: 'nobody asks', object: host(), hash: HASH, says: 'needs no approval' },
    {
      why: 'a plan of an older spec',
      object: { ...waitingHost(), metadata: { ...waitingHost().metadata, generation: 2 } },
      hash: HASH,
      says: 'not yet planned',
    },
  ])('refuses: $why', ({ object, hash, says }) => {
    expect(() => refuseUnlessApprovable(object, hash)).toThrow(says);
  });
  it('takes the plan that is there', () => {
    expect(() => refuseUnlessApprovable(waitingHost(), HASH)).not.toThrow();
  });
});

describe('check', () => {
  const now = new Date('2026-01-01T00:01:00Z');
  const lease = (spec: object) => ({ metadata: { name: 'l', namespace: 'n' }, spec });
  it.each([
    { why: 'a fresh lease', spec: { holderIdentity: 'a', renewTime: '2026-01-01T00:00:55Z', leaseDurationSeconds: 15 }, result: 'ok' },
    { why: 'an old one', spec: { holderIdentity: 'a', renewTime: '2026-01-01T00:00:30Z', leaseDurationSeconds: 15 }, result: 'failed' },
    { why: 'one that was given back', spec: { holderIdentity: '', renewTime: '2026-01-01T00:00:55Z' }, result: 'failed' },
    { why: 'one that was never renewed', spec: { holderIdentity: 'a' }, result: 'failed' },
  ])('judges $why', ({ spec, result }) => {
    expect(judgeLease(lease(spec), now).result).toBe(result);
  });

  it.each([
    { why: 'all well', objects: [host()], says: ['ok'] },
    { why: 'not looked at', objects: [host({ generation: 2 })], says: ['warning'] },
    { why: 'stalled', objects: [host({ status: { conditions: stalled('AdapterNotFound', 'x') } })], says: ['warning'] },
  ])('judges objects: $why', ({ objects, says }) => {
    expect(judgeObjects(objects).map(({ result }) => result)).toEqual(says);
  });
});

describe('docs/kubectl-plugin.md', () => {
  const page = existsSync(join(ROOT, 'docs/kubectl-plugin.md')) ? readFileSync(join(ROOT, 'docs/kubectl-plugin.md'), 'utf8') : '';
  it.each(COMMANDS.map(({ name, permissions }) => ({ name, permissions })))('has $name with its permissions', ({ name, permissions }) => {
    expect(page).toContain(`| \`${name}\` |`);
    for (const permission of permissions) expect(page).toContain(permission);
  });
});

describe('the executable', () => {
  it('is where package.json says, and may be run', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly bin: Record<string, string> };
    const path = join(ROOT, bin['kubectl-sriov'] ?? '');
    expect(statSync(path).mode & 0o111).toBe(0o111);
  });
});
