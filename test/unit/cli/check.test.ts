/** `check`: before and after the installation, where parts of it fail, and where nothing answers. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { INSTALLED } from '../../../operator/cli/checks/beforeInstall.ts';
import { CHECKS, linkOf } from '../../../operator/cli/checks/catalogue.ts';
import { judgeVersion } from '../../../operator/cli/checks/crds.ts';
import { compareFields, fieldsOf } from '../../../operator/cli/checks/crdsCurrent.ts';
import { checkDeployment, judgeDeployment } from '../../../operator/cli/checks/deployment.ts';
import type { Finding } from '../../../operator/cli/checks/finding.ts';
import { readSchemas } from '../../../operator/cli/validate/schema.ts';
import { KubeError } from '../../../operator/kube/kubeError.ts';
import { run } from '../../support/cli/terminal.ts';
import { fakeKube, runVerb } from './fakeKube.ts';

const ROOT = join(import.meta.dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const findingsOf = (stdout: string): readonly Finding[] => (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings;

/** Every request is refused with this status. */
function refusing(status: number) {
  const { kube } = fakeKube({});
  const request = async () => {
    throw new KubeError('connect ECONNREFUSED', { status, reason: 'Unreachable' });
  };
  return { kube: { ...kube, client: { ...kube.client, request } }, asked: [] };
}

describe('check', () => {
  it('goes on after each part that failed, and names every one', async () => {
    const { code, stdout } = await runVerb(refusing(500), { verb: 'check', format: 'json' });
    const findings = findingsOf(stdout);
    expect(code).toBe(1);
    expect(findings.map(({ check }) => check)).toEqual([
      'api-server',
      'kinds-served',
      'crds-current',
      'read-rights',
      'write-rights',
      'read-rights',
      'write-rights',
      'lease',
      'deployment',
      'observed',
    ]);
    expect(findings.filter(({ result, hint, link }) => result !== 'failed' || hint === undefined || !link.startsWith('docs/'))).toEqual([]);
  });

  it.each([{ flags: {} }, { flags: { pre: true } as const }])(
    'says that nothing answers, once, and claims nothing: $flags',
    async ({ flags }) => {
      const { code, stdout } = await runVerb(refusing(0), { verb: 'check', format: 'json', flags });
      expect(code).toBe(2);
      expect(findingsOf(stdout)).toEqual([
        expect.objectContaining({ check: 'api-server', result: 'failed', hint: expect.stringContaining('nothing else could be checked') }),
      ]);
    },
  );
});

describe('a cluster that cannot be reached', () => {
  const kubeconfig = (server: string): string => {
    const path = join(folder, 'kubeconfig');
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster: { server } }],
      users: [{ name: 'a', user: { token: 'canary-token' } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  };

  it.each([
    { format: 'table', shows: /^✖ failed +the API server does not answer: .*ECONNREFUSED/m },
    { format: 'short', shows: /^✖ failed +the API server does not answer: .*docs\/checks\.md#api-server\)\n0 ok, 0 warnings, 1 failed\n$/ },
    { format: 'json', shows: /"check": "api-server"/ },
    { format: 'junit', shows: /<failure message="the API server does not answer/ },
  ])('is told as $format, with exit code 2 and no stack', async ({ format, shows }) => {
    // A port that was just free: nobody listens there.
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const { code, stdout, stderr } = await run(['check', '--kubeconfig', kubeconfig(`https://127.0.0.1:${port}`), '-o', format]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' });
    expect(stdout).toMatch(shows);
    expect(stdout).not.toMatch(/\n +at |canary-token/);
  });

  it('because there is no kubeconfig is a finding as well', async () => {
    const { code, stdout } = await run(['check', '--kubeconfig', join(folder, 'nowhere'), '-o', 'json']);
    expect(code).toBe(2);
    expect(findingsOf(stdout)).toEqual([
      expect.objectContaining({ check: 'api-server', what: expect.stringContaining('no usable kubeconfig') }),
    ]);
  });
});

describe('before the installation', () => {
  const LEASES = '/apis/coordination.k8s.io/v1/leases';
  const REVIEW = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const lease = (namespace: string) => ({
    metadata: { name: 'esxi-sriov-operator', namespace },
    spec: { holderIdentity: 'x', renewTime: '2026-01-01T00:00:00Z', leaseDurationSeconds: 15 },
  });
  interface Review {
    readonly body: {
      readonly spec: { readonly resourceAttributes: { readonly resource: string; readonly namespace?: string; readonly verb: string } };
    };
  }
  const answers = (refused: readonly string[], leases: readonly object[] = []) => ({
    '/version': { gitVersion: 'v1.37.2' },
    [LEASES]: { metadata: {}, items: leases },
    [REVIEW]: ({ body }: Review) => {
      const { resource, verb } = body.spec.resourceAttributes;
      return { status: { allowed: !refused.includes(resource) && !refused.includes(verb) } };
    },
  });

  it.each([
    { why: 'all is well', kube: answers([]), code: 0, says: [] },
    {
      why: 'not everything may be created',
      kube: answers(['deployments', 'clusterroles']),
      code: 1,
      says: ['failed: you may not create ClusterRole, Deployment in namespace fleet'],
    },
    {
      why: 'rights may not be granted',
      kube: answers(['escalate']),
      code: 0,
      says: ['warning: you may not grant rights that you do not have'],
    },
    {
      why: 'an operator runs elsewhere',
      kube: answers([], [lease('sriov-system')]),
      code: 0,
      says: ['warning: an operator runs already in namespace sriov-system'],
    },
    {
      why: 'an operator runs here',
      kube: answers([], [lease('fleet')]),
      code: 0,
      says: ['ok: the operator in namespace fleet would be upgraded'],
    },
    {
      why: 'the kinds are there',
      kube: { ...answers([]), '/apis/sriov.esxi.io/v1alpha1': { resources: [] } },
      code: 0,
      says: ['warning: sriov.esxi.io/v1alpha1 is served already'],
    },
    {
      why: 'the cluster is too old',
      kube: { ...answers([]), '/version': { gitVersion: 'v1.30.4' } },
      code: 1,
      says: ['failed: Kubernetes v1.30.4 is older than 1.31'],
    },
  ])('$why', async ({ kube, code, says }) => {
    const ran = await runVerb(fakeKube(kube), { verb: 'check', flags: { pre: true }, format: 'json' });
    const told = findingsOf(ran.stdout).map(({ result, what }) => `${result}: ${what}`);
    expect(ran.code).toBe(code);
    for (const line of says) expect(told).toContainEqual(expect.stringContaining(line));
    if (says.length === 0) expect(told.filter((line) => !line.startsWith('ok: '))).toEqual([]);
  });

  it('asks for the namespace of -n, and for cluster-wide resources without one', async () => {
    const { kube, asked } = fakeKube(answers([]));
    await runVerb({ kube, asked }, { verb: 'check', flags: { pre: true } });
    const of = (resource: string) => {
      const reviews = asked
        .filter(({ path }) => path === REVIEW)
        .map((request) => (request as unknown as Review).body.spec.resourceAttributes);
      return reviews.find((one) => one.resource === resource)?.namespace;
    };
    expect({ deployments: of('deployments'), roles: of('clusterroles') }).toEqual({ deployments: 'fleet', roles: undefined });
  });

  it('knows every kind that the chart has by default', () => {
    const templates = join(ROOT, 'charts/esxi-sriov-operator/templates');
    const kinds = readdirSync(templates)
      .filter((name) => name.endsWith('.yaml'))
      .flatMap((name) => [...readFileSync(join(templates, name), 'utf8').matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind ?? ''));
    const onDemand = ['ConfigMap', 'PrometheusRule', 'ServiceMonitor'];
    const known: readonly string[] = [...INSTALLED.map(({ kind }) => kind), ...onDemand];
    expect(kinds.length).toBeGreaterThan(8);
    expect(kinds.filter((kind) => !known.includes(kind))).toEqual([]);
  });
});

describe('a version of Kubernetes', () => {
  it.each([
    { version: 'v1.31.0', result: 'ok' },
    { version: 'v1.30.9', result: 'failed' },
    { version: 'v1.37.2+k3s1', result: 'ok' },
    { version: 'v2.0.0', result: 'ok' },
    { version: 'dev', result: 'warning' },
  ])('$version is $result', ({ version, result }) => {
    expect(judgeVersion(version).result).toBe(result);
  });
});

describe('the deployment', () => {
  const deployment = (version: string, ready: number) => ({
    metadata: { name: 'op', namespace: 'sys', labels: { 'app.kubernetes.io/version': version } },
    spec: { replicas: 2 },
    status: { readyReplicas: ready },
  });
  it.each([
    { why: 'all is well', record: deployment('1.2.3', 2), result: 'ok', says: 'version 1.2.3 with 2 of 2' },
    { why: 'a replica is not ready', record: deployment('1.2.3', 1), result: 'warning', says: '1 of 2 replicas ready' },
    {
      why: 'it is of another version',
      record: deployment('1.2.2', 2),
      result: 'warning',
      says: 'is version 1.2.2, and this plugin is 1.2.3',
    },
    {
      why: 'it does not say its version',
      record: { metadata: { name: 'op', namespace: 'sys' }, status: { readyReplicas: 1 } },
      result: 'warning',
      says: 'version unknown',
    },
  ])('is judged: $why', ({ record, result, says }) => {
    expect(judgeDeployment(record, '1.2.3')).toMatchObject({ result, what: expect.stringContaining(says) });
  });

  it.each([
    { why: 'there is none', answers: { '/apis/apps/v1/deployments': { metadata: {}, items: [] } }, results: [] },
    { why: 'it may not be seen', answers: {}, results: ['warning'] },
  ])('is passed over, or said to be out of sight: $why', async ({ answers, results }) => {
    const findings = await checkDeployment(fakeKube(answers, 403).kube, undefined);
    expect(findings.map(({ result }) => result)).toEqual(results);
  });
});

describe('CRDs', () => {
  it.each([
    { why: 'the same', served: ['spec.a'], ours: ['spec.a'], result: 'ok' },
    { why: 'older than the plugin', served: ['spec.a'], ours: ['spec.a', 'spec.b'], result: 'failed' },
    { why: 'newer than the plugin', served: ['spec.a', 'spec.b'], ours: ['spec.a'], result: 'warning' },
  ])('are judged: $why', ({ served, ours, result }) => {
    expect(compareFields('sriovhosts', new Set(served), new Set(ours)).result).toBe(result);
  });

  it('are compared down to the fields of list items', async () => {
    const fields = fieldsOf((await readSchemas()).get('SriovHost/v1alpha1') ?? {});
    expect([...fields]).toEqual(expect.arrayContaining(['spec.adapters[].ports[].vfs', 'status.conditions[].type']));
  });
});

describe('docs/checks.md', () => {
  it('has a section for each check, under the name that its link names, and no other', () => {
    const page = readFileSync(join(ROOT, 'docs/checks.md'), 'utf8');
    const sections = [...page.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(Object.keys(CHECKS));
    expect(linkOf('lease')).toBe('docs/checks.md#lease');
  });
});
