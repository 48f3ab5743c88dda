/** Decisions that were recorded, made again from a bundle, an unpacked bundle and a file; and what is said where there is nothing to go by. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takeCases } from '../../../operator/cli/bundle/cases.ts';
import { filesOf } from '../../../operator/cli/bundle/files.ts';
import { gather } from '../../../operator/cli/bundle/gather.ts';
import { createRedactor } from '../../../operator/cli/bundle/redact.ts';
import { type Entry, tarGz } from '../../../operator/cli/bundle/tar.ts';
import { untarGz } from '../../../operator/cli/bundle/untar.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { run } from '../../support/cli/terminal.ts';
import { collectDecisions } from '../../support/world/decisions.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';
import { fakeKube } from './fakeKube.ts';
import { host } from './objects.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const CANARY = 'canary-option-1';
const folder = mkdtempSync(join(tmpdir(), 'replay-'));
const at = (name: string): string => join(folder, name);
let cases: readonly string[];
let files: readonly Entry[];

/** What the operator decided about lab/esx-01 on its way, with a secret among the driver's options. */
async function decide(): Promise<readonly string[]> {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }] });
  const { log, cases: written } = collectDecisions();
  const spec = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])] });
  await runHost(world, clock, { ...spec, disruption: { ...spec.disruption, approval: 'Required' } }, { log, most: 6 });
  return written;
}

/** As the kubelet gives out a log: each line with its time. */
function logOf(decisions: readonly string[]): string {
  const lines = [
    '{"level":"info","message":"looked at host"}',
    ...decisions.map((one) => `{"level":"debug","message":"decided","case":${one}}`),
  ];
  return `${lines.map((line) => `2026-01-01T11:00:00.000000000Z ${line}`).join('\n')}\n`;
}

async function bundleFiles(log: string): Promise<readonly Entry[]> {
  const pod = { metadata: { name: 'op-0', namespace: 'sys' }, spec: { containers: [{ name: 'operator' }] } };
  const lab = host({ name: 'esx-01' });
  const objects = [{ ...lab, metadata: { ...lab.metadata, namespace: 'lab' } }, host({ name: 'esx-02' })];
  const kube = fakeKube(
    {
      '/apis/sriov.esxi.io/v1alpha1/namespaces/fleet/sriovhosts': { metadata: {}, items: objects },
      '/api/v1/pods': { metadata: {}, items: [pod] },
      '/api/v1/namespaces/sys/pods/op-0/log': log,
    },
    403,
  );
  const gathered = await gather(kube.kube, { operatorNamespace: undefined, chartValues: false });
  return filesOf(gathered, createRedactor([CANARY]), { versions: { plugin: '0', node: '0' }, now: NOW });
}

beforeAll(async () => {
  cases = await decide();
  files = await bundleFiles(logOf(cases));
  writeFileSync(at('bundle.tar.gz'), tarGz('support', files, NOW));
  writeFileSync(at('empty.tar.gz'), tarGz('support', await bundleFiles('nothing\n'), NOW));
  writeFileSync(at('case.json'), cases.at(-1) ?? '');
  spawnSync('tar', ['-xzf', at('bundle.tar.gz'), '-C', folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a support bundle', () => {
  it('has the decisions of the log as files, and not in the log any more', () => {
    const names = files.map(({ path }) => path);
    expect(names.filter((name) => name.startsWith('cases/'))).toEqual(cases.map((_, index) => `cases/lab_esx-01_${index + 1}.json`));
    const log = files.find(({ path }) => path.startsWith('operator/logs/'))?.content;
    expect(log).toContain('looked at host');
    expect(log).toContain('"case":"in folder cases"');
    expect(log).not.toContain('observation');
    const summary = String(files.find(({ path }) => path === 'summary.html')?.content);
    expect(summary.match(/<td>lab\/esx-01<\/td><td>\d{4}-/g)).toHaveLength(cases.length);
  });

  it.each([{ packed: 'bundle.tar.gz' }, { packed: 'support' }])('is replayed: $packed', async ({ packed }) => {
    const { code, stdout, stderr } = await run(['replay', at(packed)]);
    expect(code).toBe(0);
    expect(stderr).toBe(
      `${at(packed)} has no decision about fleet/esx-02: only its status, which leaves out most of what a decision rests on\n`,
    );
    for (const part of [
      'SriovHost lab/esx-01, decided at ',
      'a: card',
      'SRIOV_EN',
      'restarts of this generation',
      'SetFirmwareParameters',
      'ApprovalRequired: ',
      'the same decision',
    ]) {
      expect(stdout).toContain(part);
    }
    expect(stdout.match(/decided at/g)).toHaveLength(1);
  });

  it('shows every decision about one host that is named', async () => {
    const { stdout } = await run(['replay', at('bundle.tar.gz'), '--host', 'lab/esx-01', '-o', 'json']);
    const { replays } = JSON.parse(stdout) as {
      readonly replays: readonly { readonly time: string; readonly differences: readonly object[] }[];
    };
    expect(replays.map(({ differences }) => differences)).toEqual(cases.map(() => []));
    expect(replays.length).toBeGreaterThan(1);
    expect(replays.map(({ time }) => time)).toEqual(replays.map(({ time }) => time).sort());
  });

  it.each([
    {
      why: 'no decision at all',
      args: ['empty.tar.gz'],
      says: ['no decision about any host', '--log-level debug', 'plan --direct --record'],
    },
    { why: 'none about this one', args: ['bundle.tar.gz', '--host', 'esx-02'], says: ['no decision about esx-02', 'firmware parameters'] },
    {
      why: 'no such host',
      args: ['bundle.tar.gz', '--host', 'esx-09'],
      says: ['nothing of a host esx-09; it has fleet/esx-02, lab/esx-01'],
    },
    { why: 'no such file', args: ['nowhere'], says: ['nowhere cannot be read'] },
  ])('says what it does not hold: $why', async ({ args: [file = '', ...rest], says }) => {
    const { code, stdout, stderr } = await run(['replay', at(file), ...rest]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(says.filter((part) => !stderr.includes(part))).toEqual([]);
  });

  it('keeps secrets out of decisions, and they are decided about nevertheless', async () => {
    const secret = cases.map((one) => one.replaceAll('"uid":"uid-1"', `"uid":"${CANARY}"`));
    const entries = (await bundleFiles(logOf(secret))).filter(({ path }) => path.startsWith('cases/'));
    expect(entries.filter(({ content }) => String(content).includes(CANARY))).toEqual([]);
    writeFileSync(at('hidden.json'), entries.at(-1)?.content ?? '');
    const { code, stdout } = await run(['replay', at('hidden.json')]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 values were taken out of this file as secrets');
  });
});

describe('a recorded file', () => {
  it('is replayed alone', async () => {
    const { code, stdout } = await run(['replay', at('case.json')]);
    expect(code).toBe(0);
    expect(stdout).toContain('the same decision');
  });

  it('that was decided otherwise gives exit code 1 and both decisions', async () => {
    const recorded = JSON.parse(cases.at(-1) ?? '') as { readonly decided: object };
    writeFileSync(at('other.json'), JSON.stringify({ ...recorded, decided: { ...recorded.decided, restarts: 9 } }));
    const { code, stdout } = await run(['replay', at('other.json')]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/restarts\n {4}then: 9\n {4}now: {2}1\n/);
  });

  it.each([
    {
      why: 'facts are missing',
      content: '{"format":"sriov-host-case/v1","time":"x","host":{},"memory":{},"decided":{}}',
      says: 'it does not hold observation, host, vibs',
    },
    { why: 'it is something else', content: 'kind: Pod', says: 'it is not JSON' },
    {
      why: 'a part of it is not what this version knows',
      content: () => JSON.stringify({ ...JSON.parse(cases.at(-1) ?? ''), memory: {} }),
      says: 'this version cannot decide about lab/esx-01',
    },
  ])('is refused where $why', async ({ content, says }) => {
    writeFileSync(at('bad.json'), typeof content === 'string' ? content : content());
    const { code, stderr } = await run(['replay', at('bad.json')]);
    expect(code).toBe(2);
    expect(stderr).toContain(says);
  });
});

describe('a log', () => {
  it('keeps a line that was cut off, and one that only looks like it', () => {
    const log = 'x {"message":"decided","case":{"format":"sriov-ho\ny {"message":"decided","case":{}}';
    expect(takeCases(log)).toEqual({ log, cases: [] });
  });
});

describe('an archive', () => {
  const archive = (): Uint8Array =>
    tarGz(
      'top',
      [
        { path: 'a/b.txt', content: 'grün' },
        { path: `${'n'.repeat(90)}/${'m'.repeat(40)}`, content: '' },
      ],
      NOW,
    );

  it('is read as it was written', () => {
    expect([...untarGz(archive())]).toEqual([
      ['top/a/b.txt', 'grün'],
      [`top/${'n'.repeat(90)}/${'m'.repeat(40)}`, ''],
    ]);
  });

  it.each([
    { why: 'no archive', bytes: () => Buffer.from('hello') },
    { why: 'cut off', bytes: () => archive().slice(0, 60) },
  ])('is refused: $why', ({ bytes }) => {
    expect(() => untarGz(bytes())).toThrow();
  });
});
