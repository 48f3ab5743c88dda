/**
 * What programs read: the data of every verb, held in test/unit/cli/golden/ as YAML, which JSON equals. A difference is a change for everybody
 * who parses it: fields may come, and none may go or change its meaning. UPDATE_GOLDEN=1 writes the files; look at what changed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { fakeKube, fleetAnswers, runVerb, servedSchemas, type VerbRun } from './fakeKube.ts';
import { attachment, fabric, host, port, stalled, waitingHost } from './objects.ts';

const GOLDEN = join(import.meta.dirname, 'golden');
const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/kubectl-plugin.md'), 'utf8');

const ready = host({
  name: 'esx-02',
  status: {
    hardware: { manufacturer: 'Dell Inc.', model: 'PowerEdge R750', serialNumber: 'ABC1234' },
    adapters: [
      {
        name: 'fabric0',
        device: 'ConnectX-5',
        mstDevice: 'mt4119_pciconf0',
        psid: 'MT_0000000080',
        firmware: { running: '16.31.1014', flashed: '16.31.1014' },
        ports: [port(1, 4, 1), port(2, 2, 0)],
      },
    ],
  },
});
const infiniband = fabric();
const fleet = fakeKube({
  ...fleetAnswers(
    [
      waitingHost(),
      ready,
      host({ name: 'esx-03', status: { conditions: stalled('AdapterNotFound', 'no adapter fits') } }),
      infiniband.host,
    ],
    [attachment({ spec: { hostRef: { name: 'esx-02', namespace: 'fleet' } } }), infiniband.manager, infiniband.member],
  ),
  '/apis/sriov.esxi.io/v1alpha1': {
    resources: ['sriovhosts', 'sriovhosts/status', 'sriovvmattachments', 'sriovvmattachments/status'].map((name) => ({ name })),
  },
  '/version': { gitVersion: 'v1.37.2' },
  '/openapi/v3/apis/sriov.esxi.io/v1alpha1': await servedSchemas(),
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': { status: { allowed: true } },
  '/apis/apps/v1/deployments': { metadata: {}, items: [] },
  '/apis/coordination.k8s.io/v1/leases': {
    metadata: {},
    items: [
      {
        metadata: { name: 'esxi-sriov-operator', namespace: 'sriov-system' },
        spec: { holderIdentity: 'operator-0', renewTime: '2026-01-01T00:00:00Z', leaseDurationSeconds: 15 },
      },
    ],
  },
});

const RUNS: readonly (VerbRun & { readonly code: number })[] = [
  { verb: 'status', code: 0 },
  { verb: 'why', args: ['esx-03'], code: 0 },
  { verb: 'plan', args: ['esx-01'], code: 0 },
  { verb: 'diff', args: ['esx-02'], code: 0 },
  { verb: 'map', code: 0 },
  { verb: 'find', args: ['ABC1234'], code: 0 },
  { verb: 'fit', flags: { vms: '8' }, code: 0 },
  { verb: 'journal', args: ['srh/esx-01'], code: 0 },
  { verb: 'check', code: 0 },
];

describe('JSON', () => {
  it.each(RUNS)('of $verb is as it was', async (run) => {
    const { code, stdout } = await runVerb(fleet, { ...run, format: 'yaml' });
    expect(code).toBe(run.code);
    compare(`${run.verb}.yaml`, stdout);
  });

  it.each(RUNS)('of $verb is what YAML says', async (run) => {
    const json = (await runVerb(fleet, { ...run, format: 'json' })).stdout;
    expect(parse((await runVerb(fleet, { ...run, format: 'yaml' })).stdout)).toEqual(JSON.parse(json));
  });

  it.each(RUNS)('of $verb has the fields that docs/kubectl-plugin.md names', async (run) => {
    const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${run.verb}\` | \``) && line.includes('`.') === false);
    const documented = [...(row?.split('|')[2] ?? '').matchAll(/`([A-Za-z]+)`/g)].map(([, field]) => field);
    const data = JSON.parse((await runVerb(fleet, { ...run, format: 'json' })).stdout) as object;
    expect(Object.keys(data).filter((key) => !documented.includes(key))).toEqual([]);
    expect(documented.length).toBeGreaterThan(0);
  });
});

describe('tables', () => {
  const wide = RUNS.filter(({ verb }) => ['status', 'plan', 'journal'].includes(verb)).map((run) => ({ ...run, format: 'wide' as const }));
  it.each([...RUNS.map((run) => ({ ...run, format: 'table' as const })), ...wide])('of $verb as $format are as they were', async (run) => {
    compare(`${run.verb}.${run.format}.txt`, (await runVerb(fleet, run)).stdout);
  });
});

describe('what flags make of them', () => {
  it.each([
    { file: 'status.fold.txt', verb: 'status', flags: { fold: true } as const },
    { file: 'check.junit.xml', verb: 'check', format: 'junit' as const },
    { file: 'check.short.txt', verb: 'check', format: 'short' as const },
    { file: 'check.pre.txt', verb: 'check', flags: { pre: true } as const },
  ])('$file is as it was', async ({ file, ...run }) => {
    compare(file, (await runVerb(fleet, run)).stdout);
  });
});

function compare(file: string, text: string): void {
  const path = join(GOLDEN, file);
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : `missing: ${path}`);
}
