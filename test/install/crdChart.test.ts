/** The chart of the CRDs alone: what it renders, and how it lives beside the operator's chart on a real API server. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { kubeLinter } from './support/chartTools.ts';
import { CHART, CRD_CHART, objectsOf, type Rendered } from './support/helm.ts';
import { BUILD_MS, type Installation, STEP_MS, startInstallation } from './support/installation.ts';

const TENANT = 'tenant-a';
const CRDS = ['sriovhosts.sriov.esxi.io', 'sriovvmattachments.sriov.esxi.io'];
const OWNER = 'meta.helm.sh/release-name';
const WITHOUT_CRDS = { crds: { enabled: false }, watchNamespaces: [TENANT] };
let stage: Installation;

beforeAll(async () => {
  stage = await startInstallation([TENANT]);
}, BUILD_MS);
afterAll(async () => await stage.stop(), STEP_MS);

async function render(values: object): Promise<readonly Rendered[]> {
  return objectsOf(await stage.helmed(['template', 'sriov-crds', CRD_CHART], values));
}

async function established(): Promise<void> {
  expect(await stage.api.kubectl(['wait', '--for=condition=Established', '--timeout=30s', 'crd', ...CRDS])).toMatchObject({ code: 0 });
}

const owners = async (): Promise<readonly unknown[]> =>
  await Promise.all(CRDS.map(async (name) => (await stage.found('crd', name))?.metadata.annotations?.[OWNER]));
/** Changes with every write. */
const versions = async (): Promise<string> =>
  (await stage.api.kubectl(['get', 'crd', ...CRDS, '-o', 'jsonpath={.items[*].metadata.resourceVersion}'])).stdout;
const uidOf = async (kind: string, name: string): Promise<unknown> =>
  ((await stage.found(kind, name, TENANT))?.metadata as { readonly uid?: string } | undefined)?.uid;
const untilReady = async () =>
  await (await stage.observer()).untilCondition('SriovHost', `${TENANT}/esx-a`, { type: 'Ready', status: 'True', timeoutMs: 60_000 });

describe('what the chart of the CRDs renders', () => {
  it('is crds/, and stays at an uninstall unless told otherwise', async () => {
    const folder = join(CHART, '../../crds');
    const files = (await readdir(folder)).sort().map(async (file) => objectsOf(await readFile(join(folder, file), 'utf8')));
    const bare = (crds: readonly Rendered[]) => crds.map(({ metadata: { name }, ...crd }) => ({ ...crd, name }));
    const rendered = await render({});
    expect(bare(rendered)).toEqual(bare((await Promise.all(files)).flat()));
    expect(rendered.map(({ metadata }) => metadata.annotations)).toEqual(CRDS.map(() => ({ 'helm.sh/resource-policy': 'keep' })));
    const free = await render({ keep: false, commonLabels: { 'example.com/team': 'platform' } });
    expect(free.map(({ metadata }) => metadata.annotations)).toEqual(CRDS.map(() => undefined));
    expect(free.map(({ metadata }) => metadata.labels?.['example.com/team'])).toEqual(CRDS.map(() => 'platform'));
  });

  it(
    'passes helm lint --strict and kube-linter',
    async () => {
      expect(await stage.helmed(['lint', '--strict', CRD_CHART])).toContain('0 chart(s) failed');
      const text = (await render({})).map((crd) => JSON.stringify(crd)).join('\n---\n');
      expect(await kubeLinter(['lint', '-'], text)).toMatchObject({ code: 0 });
    },
    BUILD_MS,
  );

  it('is refused with a misspelt value', async () => {
    await expect(render({ kept: true })).rejects.toThrow("additional properties 'kept' not allowed");
  });
});

describe('beside the chart of the operator', () => {
  it(
    'the CRDs are installed first, then the operator without them; a host gets ready',
    async () => {
      await stage.helmed(['install', 'sriov-crds', CRD_CHART]);
      await established();
      const before = await versions();
      await stage.helmed(['install', 'sriov', CHART], { ...stage.values, ...WITHOUT_CRDS });
      expect(await versions()).toBe(before);
      expect(await owners()).toEqual(['sriov-crds', 'sriov-crds']);
      await stage.addHost('esx-a', TENANT);
      await stage.startOperator();
      await untilReady();
      expect(await stage.refused()).toEqual([]);
    },
    STEP_MS,
  );

  it(
    'an upgrade of each leaves the CRDs to the first, and the objects as they are',
    async () => {
      const uid = await uidOf('srh', 'esx-a');
      await stage.helmed(['upgrade', 'sriov-crds', CRD_CHART], { commonLabels: { 'example.com/team': 'platform' } });
      expect((await stage.found('crd', CRDS[0] ?? ''))?.metadata.labels).toMatchObject({ 'example.com/team': 'platform' });
      const between = await versions();
      await stage.helmed(['upgrade', 'sriov', CHART], { ...stage.values, ...WITHOUT_CRDS });
      expect(await versions()).toBe(between);
      expect(await owners()).toEqual(['sriov-crds', 'sriov-crds']);
      expect(uid).toBeDefined();
      expect(await uidOf('srh', 'esx-a')).toBe(uid);
    },
    STEP_MS,
  );

  it(
    'without --take-ownership neither takes what the other has',
    async () => {
      await expect(stage.helmed(['upgrade', 'sriov', CHART], { ...stage.values, watchNamespaces: [TENANT] })).rejects.toThrow(OWNER);
      expect(await owners()).toEqual(['sriov-crds', 'sriov-crds']);
    },
    STEP_MS,
  );

  it(
    'the CRDs and a host outlive both releases, and change from one chart to the other',
    async () => {
      const uid = await uidOf('srh', 'esx-a');
      await stage.stopOperator();
      await stage.helmed(['uninstall', 'sriov']);
      await stage.helmed(['uninstall', 'sriov-crds']);
      await stage.helmed(['install', 'sriov', CHART, '--take-ownership'], { ...stage.values, watchNamespaces: [TENANT] });
      expect(await owners()).toEqual(['sriov', 'sriov']);
      await stage.helmed(['upgrade', 'sriov', CHART, '--reset-then-reuse-values', '--set', 'crds.enabled=false']);
      await stage.helmed(['install', 'sriov-crds', CRD_CHART, '--take-ownership']);
      expect(await owners()).toEqual(['sriov-crds', 'sriov-crds']);
      await stage.startOperator();
      await untilReady();
      expect(await uidOf('srh', 'esx-a')).toBe(uid);
    },
    STEP_MS,
  );
});
