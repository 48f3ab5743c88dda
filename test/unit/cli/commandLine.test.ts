/** Arguments, help and completion, and the checks that only judge. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { judgeLease } from '../../../operator/cli/checks/lease.ts';
import { judgeObjects } from '../../../operator/cli/checks/objects.ts';
import { refuseUnlessApprovable } from '../../../operator/cli/commands/approve.ts';
import { COMMANDS } from '../../../operator/cli/commands.ts';
import { complete } from '../../../operator/cli/completion.ts';
import { helpOf } from '../../../operator/cli/help.ts';
import { run } from '../../support/cli/terminal.ts';
import { hostSpec } from '../../support/world/hostSpec.ts';
import { HASH, host, stalled, waitingHost } from './objects.ts';

const ROOT = join(import.meta.dirname, '../../..');

describe('wrong use ends with 2 and says what is right', () => {
  it.each([
    { why: 'an unknown verb', args: ['reboot'], says: "there is no verb 'reboot'; kubectl sriov --help lists them" },
    { why: 'a misspelt verb', args: ['stauts'], says: "there is no verb 'stauts'; did you mean status?" },
    { why: 'the beginning of a verb', args: ['support'], says: 'did you mean support-bundle?' },
    { why: 'a time that is none', args: ['status', '--timeout', 'soon'], says: "--timeout is 'soon'; write a number with ms, s, m or h" },
    { why: 'a bundle as JSON', args: ['support-bundle', '-o', 'json'], says: 'a support bundle is a file' },
    {
      why: 'an unknown flag',
      args: ['status', '--wathc'],
      says: "Unknown option '--wathc', did you mean --watch?; kubectl sriov status --help",
    },
    { why: 'an unknown format', args: ['status', '-o', 'xml'], says: "--output is 'xml'; use table, wide, json, yaml" },
    { why: 'a missing argument', args: ['why'], says: 'usage: kubectl sriov why <host|attachment>' },
    { why: 'an argument too many', args: ['status', 'a', 'b'], says: "'b' is one argument too many" },
    { why: 'a kubeconfig that is not there', args: ['status', '--kubeconfig', '/nowhere/config'], says: 'no usable kubeconfig' },
    { why: 'an unknown shell', args: ['completion', 'csh'], says: 'use bash, zsh or fish' },
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
    { why: 'verbs', typed: ['re'], words: ['retry', 'release', 'restore', 'replay'], from: undefined },
    { why: 'verbs after a flag with its value', typed: ['-n', 'fleet', 'app'], words: ['approve'], from: undefined },
    { why: 'namespaces', typed: ['status', '-n', ''], words: [], from: 'namespaces' },
    { why: 'contexts', typed: ['status', '--context', 'k'], words: [], from: 'contexts' },
    { why: 'link types', typed: ['fit', '--link-type', 'I'], words: ['InfiniBand'], from: undefined },
    { why: 'files', typed: ['validate', '-f', ''], words: [], from: 'files' },
    { why: 'files without -f', typed: ['validate', 'a.yaml', ''], words: [], from: 'files' },
    { why: 'the hash to approve', typed: ['approve', 'esx-01', ''], words: [], from: 'hash' },
    { why: 'nothing after the last argument', typed: ['plan', 'esx-01', ''], words: [], from: undefined },
    { why: 'flags of the verb and of all', typed: ['approve', 'esx-01', '--y'], words: ['--yes'], from: undefined },
    { why: 'formats', typed: ['status', '-o', 'j'], words: ['json'], from: undefined },
    { why: 'shells', typed: ['completion', 'z'], words: ['zsh'], from: undefined },
    { why: 'names of hosts', typed: ['plan', ''], words: [], from: 'hosts' },
    { why: 'names of both kinds', typed: ['why', ''], words: [], from: 'objects' },
    { why: 'files to replay', typed: ['replay', ''], words: [], from: 'files' },
    { why: 'a file to record', typed: ['plan', '--record', ''], words: [], from: 'files' },
    { why: 'all names for find', typed: ['find', ''], words: [], from: 'everything' },
  ])('knows $why', ({ typed, words, from }) => {
    expect(complete(typed, COMMANDS)).toEqual({ words, from });
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

describe('manifests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const yaml = (name: string, more = ''): string =>
    stringify({ apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata: { name }, spec: hostSpec({ adapters: [] }) }) + more;
  const one = join(folder, 'one.yaml');
  const two = join(folder, 'two.yml');
  writeFileSync(one, yaml('one'));
  writeFileSync(two, yaml('two'));
  writeFileSync(join(folder, 'notes.txt'), 'no YAML: {');
  writeFileSync(
    join(folder, 'kustomization.yaml'),
    'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [one.yaml]\n',
  );

  it.each([
    { why: 'several files', args: ['-f', one, '-f', two], names: ['one', 'two'] },
    { why: 'a folder: what is YAML in it, sorted, but for what Kustomize has there for itself', args: [folder], names: ['one', 'two'] },
    { why: 'standard input among files', args: ['-f', '-', one], names: ['typed', 'one'] },
  ])('come from $why', async ({ args, names }) => {
    // Each lacks an adapter: that they are judged is seen by their faults.
    const { code, stdout } = await run(['validate', ...args, '-o', 'json'], { input: yaml('typed') });
    const { results } = JSON.parse(stdout) as {
      readonly results: readonly { readonly object: string; readonly faults: readonly string[] }[];
    };
    expect(code).toBe(1);
    expect(results.map(({ object }) => object)).toEqual(names.map((name) => `SriovHost ${name}`));
    for (const { faults } of results) expect(faults.join(' ')).toContain('spec.adapters');
  });

  it('are not there in an empty folder', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'));
    expect((await run(['validate', empty])).stderr).toContain('is a folder without .yaml, .yml or .json files');
  });
});

describe('the start', () => {
  /** Packages that a module loads, seen as they are resolved. */
  function packagesOf(module: string): readonly string[] {
    const hooks = `import { registerHooks } from 'node:module';
registerHooks({ resolve: (name, context, next) => { const found = next(name, context); process.stderr.write(found.url + '\\n'); return found; } });`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(hooks)}`, '-e', `import(${JSON.stringify(join(ROOT, module))})`];
    const { stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(status).toBe(0);
    return stderr.split('\n').flatMap((line) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(line)?.[1] ?? []);
  }

  it('of the help loads no package at all: neither the API client nor SSH, SOAP and YAML', () => {
    expect(packagesOf('operator/cli/commands.ts')).toEqual([]);
    // What is not loaded would be seen.
    expect(packagesOf('operator/cli/manifests.ts')).toContain('yaml');
  });
});

describe('the executable', () => {
  it('is where package.json says, and may be run', () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly bin: Record<string, string> };
    const path = join(ROOT, bin['kubectl-sriov'] ?? '');
    expect(statSync(path).mode & 0o111).toBe(0o111);
  });
});
