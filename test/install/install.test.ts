/**
 * The chart on a real API server: install, a host that gets ready with the rights and the arguments of the chart, upgrade, uninstall.
 * The container runs as a process from the files of the image; its only further argument is the kubeconfig with the account's token.
 */

import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OWN_NAMESPACE_RULES, WATCHED_NAMESPACE_RULES } from '../../operator/api/rbac.ts';
import { type Fleet, type SimHost, startFleet } from '../simulator/fleet.ts';
import { connectX5En } from '../simulator/profiles/adapterModels.ts';
import { type ApiServer, startApiServer } from '../support/apiserver/apiServer.ts';
import { freePort } from '../support/apiserver/freePort.ts';
import { AUDIT_POLICY } from '../support/lab/audit.ts';
import { credentialManifests, hostManifest, MFT } from '../support/lab/manifests.ts';
import { type Observer, startObserver } from '../support/lab/observer.ts';
import { accessesOf } from './support/auditLog.ts';
import { prometheusOperatorCrds } from './support/goTool.ts';
import { CHART, type Helm, objectsOf, type Rendered, startHelm } from './support/helm.ts';
import { type ImageLayout, makeImageLayout } from './support/imageLayout.ts';
import { type InstalledOperator, startInstalledOperator } from './support/installedOperator.ts';

const NAMESPACE = 'sriov-system';
const NAME = 'sriov-esxi-sriov-operator';
const BUILD_MS = 20 * 60_000;
const STEP_MS = 120_000;
/** Granted and not used here: attachments, a repeated event, and `patch` of leases. */
const NOT_USED_HERE: readonly string[] = [
  'get sriov.esxi.io/sriovvmattachments',
  'patch sriov.esxi.io/sriovvmattachments',
  'patch sriov.esxi.io/sriovvmattachments/status',
  'patch events.k8s.io/events',
];
const ACCOUNT = `system:serviceaccount:${NAMESPACE}:${NAME}`;

let api: ApiServer;
let helm: Helm;
let fleet: Fleet;
let observer: Observer;
let layout: ImageLayout;
let folder: string;
let audit: string;
let operator: InstalledOperator | undefined;
let values: Readonly<Record<string, unknown>>;

beforeAll(async () => {
  const port = await freePort();
  values = {
    config: { healthPort: port, restartPollSeconds: 1, blockedPollSeconds: 1, recheckSeconds: 30 },
    watchNamespaces: ['tenant-a'],
    serviceMonitor: { enabled: true },
    prometheusRule: { enabled: true },
  };
  layout = await makeImageLayout();
  folder = await mkdtemp(join(tmpdir(), 'install-'));
  const policy = join(folder, 'policy.yaml');
  audit = join(folder, 'audit.log');
  await writeFile(policy, AUDIT_POLICY);
  api = await startApiServer({ flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${audit}`] });
  helm = await startHelm(api.kubeconfigPath);
  fleet = await startFleet();
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await apply(
    ...[NAMESPACE, 'tenant-a', 'tenant-b'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: restricted } })),
  );
  for (const crd of await prometheusOperatorCrds()) await api.installCrds(crd);
}, BUILD_MS);

afterAll(async () => {
  await operator?.stop();
  await observer.stop();
  await fleet.stop();
  await helm.dispose();
  await api.stop();
  await layout.dispose();
  await rm(folder, { recursive: true, force: true });
}, STEP_MS);

interface TestContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

async function apply(...items: readonly object[]): Promise<void> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
  const { code, stderr } = await api.kubectl(['apply', '--server-side', '-f', '-'], list);
  if (code !== 0) throw new Error(stderr);
}

/** Rejects where Helm fails. */
async function helmed(args: readonly string[], given?: object): Promise<string> {
  const { code, stdout, stderr } = await helm.run([...args, '--namespace', NAMESPACE], given);
  if (code !== 0) throw new Error(`helm ${args[0]}: ${stderr}`);
  return stdout;
}

/** The object as the cluster has it. */
async function found(kind: string, name: string, namespace?: string): Promise<Rendered | undefined> {
  const { code, stdout } = await api.kubectl(['get', kind, name, '-o', 'yaml', ...(namespace === undefined ? [] : ['-n', namespace])]);
  return code === 0 ? objectsOf(stdout)[0] : undefined;
}

/** Starts the container of the Deployment that is in the cluster, with a token of its service account. */
async function startFromCluster(): Promise<InstalledOperator> {
  const deployment = await found('deployment', NAME, NAMESPACE);
  if (deployment === undefined) throw new Error('no Deployment is installed');
  const kubeconfig = join(api.folder, 'operator.kubeconfig');
  await writeFile(kubeconfig, api.kubeconfigFor({ token: await api.serviceAccountToken(NAMESPACE, NAME) }), { mode: 0o600 });
  if (process.getuid?.() === 0) {
    await chmod(api.folder, 0o711);
    await chown(kubeconfig, 65532, 65532);
  }
  return await startInstalledOperator({ deployment, layout, kubeconfig });
}

async function addHost(name: string, namespace: string): Promise<SimHost> {
  const host = await fleet.addHost({
    name,
    bmc: true,
    durations: { shutdown: 30, boot: 120, hostd: 0, burn: 20 },
    profile: { esxi: '7.0u3', tools: 'bare' },
    adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
  });
  const adapters = [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 8 }] }];
  await apply(...credentialManifests(namespace, host), hostManifest(host, undefined, { namespace, spec: { software: MFT, adapters } }));
  return host;
}

const refused = async (): Promise<readonly string[]> =>
  (await accessesOf(ACCOUNT, audit)).filter(({ code }) => code === 403).map((one) => `${one.verb} ${one.resource} ${one.namespace}`);

describe('the chart', () => {
  it(
    'is installed, and the operator that it describes gets ready as another user on read-only files',
    async () => {
      const notes = await helmed(['install', 'sriov', CHART], values);
      expect(notes).toContain('kubectl -n tenant-a describe srh esx-01');
      expect(notes).not.toContain('watchNamespaces is empty');
      const established = [
        'wait',
        '--for=condition=Established',
        '--timeout=30s',
        'crd',
        'sriovhosts.sriov.esxi.io',
        'sriovvmattachments.sriov.esxi.io',
      ];
      expect(await api.kubectl(established)).toMatchObject({ code: 0 });
      observer = await startObserver(api.kubeconfigPath);
      operator = await startFromCluster();
      const { mode } = await stat(join(layout.folder, 'operator/main.ts'));
      expect(mode & 0o222).toBe(0);
    },
    STEP_MS,
  );

  it(
    'brings a host of a watched namespace to Ready, and does not look at another',
    async () => {
      await addHost('esx-b', 'tenant-b');
      await addHost('esx-a', 'tenant-a');
      await observer.untilCondition('SriovHost', 'tenant-a/esx-a', { type: 'Ready', status: 'True', timeoutMs: 60_000 });
      expect(observer.get('SriovHost', 'tenant-b/esx-b')?.status).toBeUndefined();
      expect(await refused()).toEqual([]);
    },
    STEP_MS,
  );

  it(
    'passes its own self check, the command of helm test',
    async () => {
      const [test] = objectsOf(await helmed(['get', 'hooks', 'sriov']));
      const { containers = [] } = (test?.['spec'] ?? {}) as { containers?: TestContainer[] };
      const [container] = containers;
      const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
      const run = promisify(execFile);
      const command = [...(container?.command.slice(1) ?? []), ...(container?.args ?? [])];
      const ran = await run(process.execPath, command, { env: { ...env, OPERATOR_URL: operator?.url ?? '' } });
      expect(ran.stdout).toBe(`${operator?.url}: ready\n`);
    },
    STEP_MS,
  );

  it(
    'is upgraded to all namespaces: Roles go, a ClusterRole comes, the other host gets ready',
    async () => {
      expect(await operator?.stop()).toBe(0);
      const notes = await helmed(['upgrade', 'sriov', CHART], { ...values, watchNamespaces: [] });
      expect(notes).toContain('watchNamespaces is empty');
      expect(await found('role', NAME, 'tenant-a')).toBeUndefined();
      expect(await found('clusterrole', `${NAMESPACE}:${NAME}`)).toBeDefined();
      operator = await startFromCluster();
      await observer.untilCondition('SriovHost', 'tenant-b/esx-b', { type: 'Ready', status: 'True', timeoutMs: 60_000 });
      expect(await refused()).toEqual([]);
    },
    STEP_MS,
  );

  it('grants nothing that was not needed, beyond what attachments need', async () => {
    const used = new Set((await accessesOf(ACCOUNT, audit)).map(({ verb, apiGroup, resource }) => `${verb} ${apiGroup}/${resource}`));
    const granted = [...WATCHED_NAMESPACE_RULES, ...OWN_NAMESPACE_RULES].flatMap(({ apiGroups, resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${verb} ${apiGroups[0]}/${resource}`)),
    );
    const unused = granted.filter((grant) => !used.has(grant));
    expect(unused.filter((grant) => !NOT_USED_HERE.includes(grant))).toEqual([]);
  });

  it(
    'is uninstalled: CRDs and hosts stay, everything else goes',
    async () => {
      expect(await operator?.stop()).toBe(0);
      operator = undefined;
      await helmed(['uninstall', 'sriov']);
      expect(observer.get('SriovHost', 'tenant-a/esx-a')?.metadata.deletionTimestamp).toBeUndefined();
      expect(await found('crd', 'sriovhosts.sriov.esxi.io')).toBeDefined();
      const rest = [
        'deployment',
        'service',
        'serviceaccount',
        'networkpolicy',
        'poddisruptionbudget',
        'servicemonitor',
        'prometheusrule',
        'role',
        'rolebinding',
      ];
      const { stdout } = await api.kubectl([
        'get',
        rest.join(','),
        '-n',
        NAMESPACE,
        '-o',
        'name',
        '-l',
        'app.kubernetes.io/instance=sriov',
      ]);
      expect(stdout).toBe('');
      expect(await found('clusterrole', `${NAMESPACE}:${NAME}`)).toBeUndefined();
      expect(await readFile(audit, 'utf8')).toContain(ACCOUNT);
    },
    STEP_MS,
  );

  it(
    'is installed again over the CRDs that stayed: by the same release as it is, by another one when it may take them',
    async () => {
      await helmed(['install', 'sriov', CHART], values);
      await helmed(['uninstall', 'sriov']);
      const { code, stderr } = await helm.run(['install', 'other', CHART, '--namespace', NAMESPACE], values);
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('invalid ownership metadata') });
      await helm.run(['uninstall', 'other', '--namespace', NAMESPACE]);
      await helmed(['install', 'other', CHART, '--take-ownership'], values);
      expect(observer.get('SriovHost', 'tenant-a/esx-a')?.metadata.deletionTimestamp).toBeUndefined();
    },
    STEP_MS,
  );
});
