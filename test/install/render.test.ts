/** What the chart renders, by the real Helm, checked by the real API server with Pod Security "restricted" enforced. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DASHBOARDS } from '../../operator/api/crd/chart/dashboards.ts';
import { NAMESPACE_SELECTOR_RULES } from '../../operator/api/rbac.ts';
import { FLAGS } from '../../operator/config.ts';
import { withApiServer } from '../support/apiserver/withApiServer.ts';
import { prometheusOperatorCrds, promqlErrors } from './support/goTool.ts';
import { CHART, type Helm, objectsOf, type Rendered, startHelm } from './support/helm.ts';
import { podSpecOf } from './support/installedOperator.ts';
import { EVERYTHING, REFUSED, VALUE_CASES } from './values.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const NAMESPACE = 'sriov-system';
const BUILD_MS = 20 * 60_000;
const cluster = withApiServer();
let helm: Helm;

beforeAll(async () => {
  helm = await startHelm();
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted', 'pod-security.kubernetes.io/warn': 'restricted' };
  const namespaces = [NAMESPACE, 'tenant-a', 'tenant-b'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: restricted },
  }));
  const applied = await cluster().kubectl(['apply', '-f', '-'], listOf(namespaces));
  expect(applied).toMatchObject({ code: 0 });
  for (const crd of await prometheusOperatorCrds()) await cluster().installCrds(crd);
}, BUILD_MS);
afterAll(async () => await helm.dispose());

/** As JSON: what YAML reads as true or as a number differs between its versions. */
function listOf(items: readonly object[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

async function render(values: object): Promise<readonly Rendered[]> {
  const { code, stdout, stderr } = await helm.run(['template', 'sriov', CHART, '--namespace', NAMESPACE], values);
  if (code !== 0) throw new Error(stderr);
  return objectsOf(stdout);
}

function only(objects: readonly Rendered[], kind: string): Rendered {
  const [found, ...others] = objects.filter((object) => object.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`${others.length + (found === undefined ? 0 : 1)} objects of kind ${kind}`);
  return found;
}

/** Every pod that the chart would make. */
function podsOf(objects: readonly Rendered[]): readonly object[] {
  return objects.flatMap((object) => {
    if (object.kind === 'Pod') return [object];
    if (object.kind !== 'Deployment') return [];
    const { template } = object['spec'] as { readonly template: { readonly metadata: object; readonly spec: object } };
    return [{ apiVersion: 'v1', kind: 'Pod', metadata: { ...template.metadata, name: 'pod', namespace: NAMESPACE }, spec: template.spec }];
  });
}

describe('helm lint', () => {
  it.each(VALUE_CASES)('is content with $why', async ({ values }) => {
    const { code, stdout } = await helm.run(['lint', '--strict', CHART], values);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('0 chart(s) failed') });
  });
});

describe('the values schema', () => {
  it.each(REFUSED)('refuses $why', async ({ values, says }) => {
    const { code, stderr } = await helm.run(['template', 'sriov', CHART, '--namespace', NAMESPACE], values);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(says);
  });
});

describe.each(VALUE_CASES)('rendered with $why', ({ values }) => {
  it('every object is taken by the API server, without a warning', async () => {
    const objects = await render(values);
    const args = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f', '-'];
    const { code, stderr } = await cluster().kubectl(args, listOf(objects));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('every pod passes Pod Security "restricted"', async () => {
    const pods = podsOf(await render(values));
    const { code, stderr, stdout } = await cluster().kubectl(['create', '--dry-run=server', '--validate=strict', '-f', '-'], listOf(pods));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toHaveLength(pods.length);
  });

  it('the Deployment gives every flag of the operator but --kubeconfig, once', async () => {
    const [container] = podSpecOf(only(await render(values), 'Deployment')).containers;
    const extra = (values as { extraArgs?: readonly string[] }).extraArgs ?? [];
    const flags = (container?.args ?? [])
      .slice(0, (container?.args.length ?? 0) - extra.length)
      .map((arg) => /^--([a-z-]+)=/.exec(arg)?.[1]);
    expect([...flags].sort()).toEqual(
      Object.keys(FLAGS)
        .filter((name) => name !== 'kubeconfig')
        .sort(),
    );
  });
});

describe('the check of pods itself', () => {
  it('refuses a container that is not restricted', async () => {
    const [pod] = podsOf(await render({})) as [{ spec: { containers: { securityContext: { allowPrivilegeEscalation: boolean } }[] } }];
    const container = pod.spec.containers[0];
    if (container !== undefined) container.securityContext.allowPrivilegeEscalation = true;
    const { code, stderr } = await cluster().kubectl(['create', '--dry-run=server', '-f', '-'], listOf([pod]));
    expect(code).not.toBe(0);
    expect(stderr).toContain('violates PodSecurity "restricted');
  });
});

describe('what is rendered', () => {
  it('has no Role of the cluster where namespaces are named', async () => {
    const kinds = (await render(EVERYTHING)).map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? '-'}`);
    // Roles of the cluster are for people; nobody has one before somebody binds it.
    expect(kinds.filter((kind) => kind.startsWith('ClusterRoleBinding'))).toEqual([]);
    expect(kinds.filter((kind) => kind.startsWith('Role ')).sort()).toEqual(['Role sriov-system', 'Role tenant-a', 'Role tenant-b']);
  });

  it('reads labels of namespaces only where it is told to', async () => {
    const clusterRoles = async (rbac: object): Promise<readonly unknown[]> =>
      (await render({ watchNamespaces: ['tenant-a'], rbac, userRoles: { create: false } }))
        .filter(({ kind }) => kind === 'ClusterRole')
        .map((role) => role['rules']);
    expect(await clusterRoles({})).toEqual([]);
    expect(await clusterRoles({ namespaceSelectors: true })).toEqual([NAMESPACE_SELECTOR_RULES]);
  });

  it('reads Secrets by their names where they are named', async () => {
    const roles = (await render({ watchNamespaces: ['tenant-a'], secrets: { names: ['esx-01'] } })).filter(({ kind }) => kind === 'Role');
    const rules = roles.flatMap(
      (role) => role['rules'] as readonly { readonly resources: readonly string[]; readonly resourceNames?: readonly string[] }[],
    );
    expect(rules.filter(({ resources }) => resources.includes('secrets')).map(({ resourceNames }) => resourceNames)).toEqual([['esx-01']]);
    expect(rules.filter(({ resourceNames }) => resourceNames !== undefined)).toHaveLength(1);
  });

  it('has the policies that are switched on, each with its binding', async () => {
    const names = async (policies: object): Promise<readonly string[]> =>
      (await render({ admissionPolicies: { policies } }))
        .filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy'))
        .map(({ kind, metadata }) => `${kind} ${metadata.name.split('.')[0]}`)
        .sort();
    const of = (...policies: readonly string[]): readonly string[] =>
      ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'].flatMap((kind) => policies.map((name) => `${kind} ${name}`));
    expect(await names({})).toEqual(of('approval-kept', 'fence', 'spec-by-update', 'verbs'));
    expect(await names({ verbs: false, fence: false, approvalKept: false, specByUpdate: false, hostUse: true })).toEqual(of('host-use'));
  });

  it('has dashboards for the sidecar of Grafana, where asked, with links to runbooks where those are published', async () => {
    expect((await render({})).filter(({ kind }) => kind === 'ConfigMap')).toEqual([]);
    const dashboards = async (values: object): Promise<readonly [string, { readonly panels: readonly { readonly links?: unknown }[] }][]> =>
      (await render({ dashboard: { enabled: true }, ...values })).flatMap(({ kind, metadata, data }) => {
        if (kind !== 'ConfigMap') return [];
        expect(metadata.labels).toMatchObject({ grafana_dashboard: '1' });
        return Object.entries(data as Readonly<Record<string, string>>).map(([name, text]) => [name, JSON.parse(text)]);
      });
    const links = async (values: object): Promise<string> =>
      JSON.stringify((await dashboards(values)).flatMap(([, { panels }]) => panels.map((panel) => panel.links)));
    const files = DASHBOARDS.map(({ uid, title }) => [`${uid}.json`, expect.objectContaining({ uid, title, schemaVersion: 39 })]);
    expect(await dashboards({})).toEqual(expect.arrayContaining(files));
    expect(await dashboards({})).toHaveLength(files.length);
    expect(await links({})).not.toMatch(/RUNBOOK|#/);
    const published = await links({ prometheusRule: { runbookUrl: 'https://docs.example.com/install' } });
    expect(published).toContain('"url":"https://docs.example.com/install#sriovstalled"');
    expect(published).not.toContain('RUNBOOK');
  });

  it('renders further objects as templates', async () => {
    const note = (await render(EVERYTHING)).find(({ metadata }) => metadata.name === 'sriov-note');
    expect(note?.['data']).toEqual({ release: 'sriov' });
  });

  it('names exactly one image where a digest is given', async () => {
    const objects = await render(EVERYTHING);
    const [container] = podSpecOf(only(objects, 'Deployment')).containers as readonly { readonly image?: string }[];
    expect(container?.image).toMatch(/^registry\.example\.com:5000\/sriov\/operator@sha256:[0-9a-f]{64}$/);
  });

  it('has a pod that waits longer for its end than the operator does', async () => {
    const spec = podSpecOf(only(await render(EVERYTHING), 'Deployment')) as { readonly terminationGracePeriodSeconds?: number };
    expect(spec.terminationGracePeriodSeconds).toBe(75);
  });

  it('keeps the CRDs at an uninstall unless told otherwise', async () => {
    const crds = (objects: readonly Rendered[]) => objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    const kept = crds(await render({})).map(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy']);
    expect(kept).toEqual(['keep', 'keep']);
    expect(crds(await render({ crds: { keep: false } })).map(({ metadata }) => metadata.annotations)).toEqual([undefined, undefined]);
  });

  it('has alerts that Prometheus can read, each with its runbook', async () => {
    const { spec } = only(await render(EVERYTHING), 'PrometheusRule') as unknown as {
      spec: { groups: { rules: { alert: string; expr: string; annotations: Record<string, string> }[] }[] };
    };
    const rules = spec.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThanOrEqual(7);
    expect(await promqlErrors(rules.map(({ expr }) => expr))).toEqual(rules.map(() => ''));
    expect(rules.filter(({ expr }) => !expr.includes('job="sriov-esxi-sriov-operator"'))).toEqual([]);
    expect(
      rules.map(({ alert, annotations }) => annotations['runbook_url'] === `https://docs.example.com/install#${alert.toLowerCase()}`),
    ).toEqual(rules.map(() => true));
  });

  it('leaves out what the cluster does not know, and says so, where it is told to skip', async () => {
    const values = { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true }, monitoring: { whenMissing: 'Skip' } };
    expect((await render(values)).filter(({ kind }) => kind === 'ServiceMonitor' || kind === 'PrometheusRule')).toEqual([]);
  });
});
