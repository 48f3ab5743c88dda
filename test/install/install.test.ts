/**
 * The chart on a real API server: install, a host that gets ready with the rights and the arguments of the chart, all namespaces, uninstall.
 * The container runs as a process from the files of the image; its only further argument is the kubeconfig with the account's token.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prometheusOperatorCrds } from './support/goTool.ts';
import { CHART, objectsOf } from './support/helm.ts';
import { BUILD_MS, type Installation, NAME, NAMESPACE, STEP_MS, startInstallation } from './support/installation.ts';
import type { InstalledOperator } from './support/installedOperator.ts';

let stage: Installation;
let operator: InstalledOperator;
let values: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  stage = await startInstallation(['tenant-a', 'tenant-b']);
  values = {
    ...stage.values,
    watchNamespaces: ['tenant-a'],
    serviceMonitor: { enabled: true },
    prometheusRule: { enabled: true },
    dashboard: { enabled: true },
  };
  for (const crd of await prometheusOperatorCrds()) await stage.api.installCrds(crd);
}, BUILD_MS);
afterAll(async () => await stage.stop(), STEP_MS);

interface TestContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

const untilReady = async (key: string) =>
  await (await stage.observer()).untilCondition('SriovHost', key, { type: 'Ready', status: 'True', timeoutMs: 60_000 });
const hostOf = async (key: string) => (await stage.observer()).get('SriovHost', key);

describe('the chart', () => {
  it(
    'is installed, and the operator that it describes gets ready as another user on read-only files',
    async () => {
      const notes = await stage.helmed(['install', 'sriov', CHART], values);
      expect(notes).toContain('kubectl -n tenant-a describe srh esx-01');
      expect(notes).not.toContain('watchNamespaces is empty');
      const established = ['wait', '--for=condition=Established', '--timeout=30s', 'crd'];
      const crds = ['sriovhosts.sriov.esxi.io', 'sriovvmattachments.sriov.esxi.io'];
      expect(await stage.api.kubectl([...established, ...crds])).toMatchObject({ code: 0 });
      operator = await stage.startOperator();
      const { mode } = await stat(join(stage.layout.folder, 'operator.mjs'));
      expect(mode & 0o222).toBe(0);
    },
    STEP_MS,
  );

  it(
    'brings a host of a watched namespace to Ready, and does not look at another',
    async () => {
      await stage.addHost('esx-b', 'tenant-b');
      await stage.addHost('esx-a', 'tenant-a');
      await untilReady('tenant-a/esx-a');
      expect((await hostOf('tenant-b/esx-b'))?.status).toEqual({ observedGeneration: -1 });
      expect(await stage.refused()).toEqual([]);
    },
    STEP_MS,
  );

  it(
    'passes its own self check, the command of helm test',
    async () => {
      const [test] = objectsOf(await stage.helmed(['get', 'hooks', 'sriov']));
      const { containers = [] } = (test?.['spec'] ?? {}) as { containers?: TestContainer[] };
      const [container] = containers;
      const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
      const run = promisify(execFile);
      const command = [...(container?.command.slice(1) ?? []), ...(container?.args ?? [])];
      const ran = await run(process.execPath, command, { env: { ...env, OPERATOR_URL: operator.url } });
      expect(ran.stdout).toBe(`${operator.url}: ready\n`);
    },
    STEP_MS,
  );

  it(
    'is changed to all namespaces: Roles go, a ClusterRole comes, the other host gets ready',
    async () => {
      expect(await stage.stopOperator()).toBe(0);
      const notes = await stage.helmed(['upgrade', 'sriov', CHART], { ...values, watchNamespaces: [] });
      expect(notes).toContain('watchNamespaces is empty');
      expect(await stage.found('role', NAME, 'tenant-a')).toBeUndefined();
      expect(await stage.found('clusterrole', `${NAMESPACE}:${NAME}`)).toBeDefined();
      operator = await stage.startOperator();
      await untilReady('tenant-b/esx-b');
      expect(await stage.refused()).toEqual([]);
    },
    STEP_MS,
  );

  it(
    'is uninstalled: CRDs and hosts stay, everything else goes',
    async () => {
      expect(await stage.stopOperator()).toBe(0);
      await stage.helmed(['uninstall', 'sriov']);
      expect((await hostOf('tenant-a/esx-a'))?.metadata.deletionTimestamp).toBeUndefined();
      expect(await stage.found('crd', 'sriovhosts.sriov.esxi.io')).toBeDefined();
      const namespaced =
        'deployment,service,serviceaccount,configmap,networkpolicy,poddisruptionbudget,servicemonitor,prometheusrule,role,rolebinding';
      const ofCluster = 'clusterrole,clusterrolebinding,validatingadmissionpolicy,validatingadmissionpolicybinding';
      for (const kinds of [namespaced, ofCluster]) {
        const { stdout } = await stage.api.kubectl(['get', kinds, '-n', NAMESPACE, '-o', 'name', '-l', 'app.kubernetes.io/instance=sriov']);
        expect(stdout).toBe('');
      }
    },
    STEP_MS,
  );

  it(
    'is installed again over the CRDs that stayed: by the same release as it is, by another one when it may take them',
    async () => {
      await stage.helmed(['install', 'sriov', CHART], values);
      await stage.helmed(['uninstall', 'sriov']);
      const { code, stderr } = await stage.helm.run(['install', 'other', CHART, '--namespace', NAMESPACE], values);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('invalid ownership metadata') });
      await stage.helm.run(['uninstall', 'other', '--namespace', NAMESPACE]);
      await stage.helmed(['install', 'other', CHART, '--take-ownership'], values);
      expect((await hostOf('tenant-a/esx-a'))?.metadata.deletionTimestamp).toBeUndefined();
    },
    STEP_MS,
  );
});
