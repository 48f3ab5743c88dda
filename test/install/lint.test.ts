/** What the chart renders, in the eyes of kube-linter and kubeconform. Neither asks the network. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { stringify } from 'yaml';
import { withApiServer } from '../support/apiserver/withApiServer.ts';
import { kubeconform, kubeLinter } from './support/chartTools.ts';
import { prometheusOperatorCrds } from './support/goTool.ts';
import { CHART, type Helm, objectsOf, type Rendered, startHelm } from './support/helm.ts';
import { writeOfflineSchemas } from './support/offlineSchemas.ts';
import { EVERYTHING, VALUE_CASES } from './values.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const BUILD_MS = 20 * 60_000;
const cluster = withApiServer();
let helm: Helm;
let schemas: string;

beforeAll(async () => {
  helm = await startHelm();
  for (const crd of await prometheusOperatorCrds()) await cluster().installCrds(crd);
  const crds = (await render({})).filter(({ kind }) => kind === 'CustomResourceDefinition');
  await cluster().installCrds(crds.map((crd) => stringify(crd)).join('---\n'));
  schemas = await writeOfflineSchemas(await publishedApi(), join(cluster().folder, 'schemas'));
}, BUILD_MS);
afterAll(async () => await helm.dispose());

/** With the kinds of the CRDs, which the API server publishes a moment after they are established. */
async function publishedApi(): Promise<object> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const { body } = await cluster().request({ method: 'GET', path: '/openapi/v2' });
    const { definitions } = body as { readonly definitions: object };
    const names = Object.keys(definitions).join('\n');
    if (['SriovHost\n', 'SriovVmAttachment\n', 'PrometheusRule\n', 'ServiceMonitor\n'].every((name) => `${names}\n`.includes(name)))
      return { definitions };
    if (Date.now() > deadline) throw new Error('the API server does not publish the kinds of the CRDs');
  }
}

async function render(values: object): Promise<readonly Rendered[]> {
  const { code, stdout, stderr } = await helm.run(['template', 'sriov', CHART, '--namespace', 'sriov-system'], values);
  if (code !== 0) throw new Error(stderr);
  return objectsOf(stdout);
}

/** As JSON: what YAML reads as true or as a number differs between its versions. */
const text = (objects: readonly object[]): string => objects.map((object) => JSON.stringify(object)).join('\n---\n');
const valuesOf = (why: string) => VALUE_CASES.find((one) => one.why === why)?.values ?? {};

/**
 * Beyond kube-linter's defaults. Not asked for: access-to-secrets (credentials are what the operator reads, by name where secrets.names
 * says so), sorted-keys and required-* (matters of house style), schema-validation (kubeconform below, without the network).
 */
const FURTHER_CHECKS = [
  'access-to-create-pods',
  'cluster-admin-role-binding',
  'default-service-account',
  'exposed-services',
  'no-liveness-probe',
  'no-readiness-probe',
  'no-rolling-update-strategy',
  'non-isolated-pod',
  'privileged-ports',
  'read-secret-from-env-var',
  'unsafe-proc-mount',
  'use-namespace',
  'wildcard-in-rules',
  'dangling-servicemonitor',
  'dangling-networkpolicy',
];

describe('kube-linter', () => {
  it.each([
    { why: 'what most people install', values: {} },
    { why: 'everything on', values: EVERYTHING },
    { why: 'one namespace, its own', values: valuesOf('one namespace, its own') },
  ])(
    'has no complaint by its defaults: $why',
    async ({ values }) => {
      const { code, output } = await kubeLinter(['lint', '-'], text(await render(values)));
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('No lint errors found!') });
    },
    BUILD_MS,
  );

  it.each([
    { why: 'what most people install', values: {} },
    { why: 'everything on', values: EVERYTHING },
  ])(
    'has no complaint by further checks: $why',
    async ({ values }) => {
      // The pod of helm test runs once and ends: it has no probes, and nobody talks to it.
      const objects = (await render(values)).filter(({ kind }) => kind !== 'Pod');
      const args = ['lint', '--do-not-auto-add-defaults', ...FURTHER_CHECKS.flatMap((check) => ['--include', check]), '-'];
      const { code, output } = await kubeLinter(args, text(objects));
      expect({ code, output }).toMatchObject({ code: 0, output: expect.stringContaining('No lint errors found!') });
    },
    BUILD_MS,
  );

  it('complains about a container that may escalate', async () => {
    const broken = text(await render({})).replaceAll('"allowPrivilegeEscalation":false', '"allowPrivilegeEscalation":true');
    const { code, output } = await kubeLinter(['lint', '-'], broken);
    expect({ code, output }).toMatchObject({ code: 1, output: expect.stringContaining('privilege-escalation-container') });
  });
});

describe('kubeconform', () => {
  const check = async (manifests: string) => await kubeconform(['-strict', '-summary', '-schema-location', schemas, '-'], manifests);

  it.each(VALUE_CASES)(
    'knows every field, by the schemas of the API server: $why',
    async ({ values }) => {
      const objects = await render(values);
      const { code, output } = await check(text(objects));
      expect({ code, output }).toEqual({
        code: 0,
        output: expect.stringContaining(`Valid: ${objects.length}, Invalid: 0, Errors: 0, Skipped: 0`),
      });
    },
    BUILD_MS,
  );

  it('does not know a misspelt field', async () => {
    const broken = text(await render({})).replace('"serviceAccountName":', '"serviceAcountName":');
    expect(await check(broken)).toMatchObject({ code: 1, output: expect.stringContaining('serviceAcountName') });
  });

  it('does not know a misspelt field of ours', async () => {
    const host = { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata: { name: 'esx-01' }, spec: { esxi: { adress: 'x' } } };
    expect(await check(text([host]))).toMatchObject({ code: 1, output: expect.stringContaining('adress') });
  });
});
