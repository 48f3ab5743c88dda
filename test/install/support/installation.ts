/** A stage for tests of the installation: a real API server with an audit log, Helm, a simulated fleet, and the files of the image. */
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fleet, type SimHost, startFleet } from '../../simulator/fleet.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { type VspherePart, vspherePart } from '../../simulator/soap/vspherePart.ts';
import { type ApiServer, startApiServer } from '../../support/apiserver/apiServer.ts';
import { freePort } from '../../support/apiserver/freePort.ts';
import { AUDIT_POLICY } from '../../support/lab/audit.ts';
import { credentialManifests, hostManifest, MFT } from '../../support/lab/manifests.ts';
import { type Observer, startObserver } from '../../support/lab/observer.ts';
import { type Access, accessesOf } from './auditLog.ts';
import { type Helm, objectsOf, type Rendered, startHelm } from './helm.ts';
import { type ImageLayout, makeImageLayout } from './imageLayout.ts';
import { type InstalledOperator, startInstalledOperator } from './installedOperator.ts';

export const NAMESPACE = 'sriov-system';
export const NAME = 'sriov-esxi-sriov-operator';
export const ACCOUNT = `system:serviceaccount:${NAMESPACE}:${NAME}`;
/** Building Helm and the API server, when they are not in the cache. */
export const BUILD_MS = 20 * 60_000;
export const STEP_MS = 120_000;

export interface Installation {
  readonly api: ApiServer;
  readonly helm: Helm;
  readonly vsphere: VspherePart;
  readonly layout: ImageLayout;
  readonly audit: string;
  /** Values that make the operator quick enough for a test, on a port of its own. */
  readonly values: { readonly config: object };
  /** Only after the CRDs are there. */
  observer(): Promise<Observer>;
  apply(...items: readonly object[]): Promise<void>;
  /** Helm in the namespace of the release; rejects where it fails. */
  helmed(args: readonly string[], values?: object): Promise<string>;
  /** The object as the cluster has it. */
  found(kind: string, name: string, namespace?: string): Promise<Rendered | undefined>;
  /** Starts the container of the Deployment that is in the cluster, with a token of its service account; the one before is stopped first. */
  startOperator(): Promise<InstalledOperator>;
  /** Its exit code; undefined where none runs. */
  stopOperator(): Promise<number | null | undefined>;
  /** A bare host of the fleet, with the objects that bring it to virtual functions in one restart; nothing is applied. */
  newHost(name: string, namespace: string, spec?: object): Promise<NewHost>;
  /** The same, applied. */
  addHost(name: string, namespace: string, spec?: object): Promise<SimHost>;
  accesses(): Promise<readonly Access[]>;
  /** Requests of the operator that RBAC refused. */
  refused(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface NewHost {
  readonly host: SimHost;
  readonly secrets: readonly object[];
  readonly manifest: object;
}

export async function startInstallation(namespaces: readonly string[]): Promise<Installation> {
  const layout = await makeImageLayout();
  const folder = await mkdtemp(join(tmpdir(), 'install-'));
  const [policy, audit] = [join(folder, 'policy.yaml'), join(folder, 'audit.log')];
  await writeFile(policy, AUDIT_POLICY);
  const api = await startApiServer({ flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${audit}`] });
  const helm = await startHelm(api.kubeconfigPath);
  const fleet = await startFleet();
  const vsphere = vspherePart();
  await fleet.attach(vsphere);
  const port = await freePort();
  let operator: InstalledOperator | undefined;
  let observer: Observer | undefined;

  const apply: Installation['apply'] = async (...items) => {
    const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
    const { code, stderr } = await api.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], list);
    if (code !== 0) throw new Error(stderr);
  };
  const found: Installation['found'] = async (kind, name, namespace) => {
    const { code, stdout } = await api.kubectl(['get', kind, name, '-o', 'yaml', ...(namespace === undefined ? [] : ['-n', namespace])]);
    return code === 0 ? objectsOf(stdout)[0] : undefined;
  };
  const newHost: Installation['newHost'] = async (name, namespace, spec = {}) => {
    const host = await addBareHost(fleet, name);
    const manifest = hostManifest(host, vsphere.endpointOf(host), { namespace, spec: { ...HOST_SPEC, ...spec } });
    return { host, manifest, secrets: credentialManifests(namespace, host) };
  };
  const stopOperator: Installation['stopOperator'] = async () => {
    const code = await operator?.stop();
    operator = undefined;
    return code;
  };
  const accesses = async () => await accessesOf(ACCOUNT, audit);
  const restricted = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await apply(
    ...[NAMESPACE, ...namespaces].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: restricted } })),
  );
  return {
    api,
    helm,
    vsphere,
    layout,
    audit,
    values: { config: { healthPort: port, restartPollSeconds: 1, blockedPollSeconds: 1, recheckSeconds: 30 } },
    observer: async () => {
      observer ??= await startObserver(api.kubeconfigPath);
      return observer;
    },
    apply,
    helmed: async (args, values) => {
      const { code, stdout, stderr } = await helm.run([...args, '--namespace', NAMESPACE], values);
      if (code !== 0) throw new Error(`helm ${args[0]}: ${stderr}`);
      return stdout;
    },
    found,
    startOperator: async () => {
      await stopOperator();
      const deployment = await found('deployment', NAME, NAMESPACE);
      if (deployment === undefined) throw new Error('no Deployment is installed');
      operator = await startInstalledOperator({ deployment, layout, kubeconfig: await writeKubeconfig(api) });
      return operator;
    },
    stopOperator,
    newHost,
    addHost: async (name, namespace, spec) => {
      const { host, secrets, manifest } = await newHost(name, namespace, spec);
      await apply(...secrets, manifest);
      return host;
    },
    accesses,
    refused: async () => (await accesses()).filter(({ code }) => code === 403).map((one) => `${one.verb} ${one.resource} ${one.namespace}`),
    stop: async () => {
      await stopOperator();
      await observer?.stop();
      await fleet.stop();
      await helm.dispose();
      await api.stop();
      await layout.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const HOST_SPEC = {
  software: MFT,
  adapters: [{ name: 'fabric0', selector: { pciAddress: '0000:3b:00.0' }, ports: [{ number: 1, vfs: 8 }] }],
};

async function addBareHost(fleet: Fleet, name: string): Promise<SimHost> {
  return await fleet.addHost({
    name,
    bmc: true,
    durations: { shutdown: 30, boot: 120, hostd: 0, burn: 20 },
    profile: { esxi: '7.0u3', tools: 'bare' },
    adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }],
  });
}

/** With the token of the chart's service account, readable by the user of the pod. */
async function writeKubeconfig(api: ApiServer): Promise<string> {
  const kubeconfig = join(api.folder, 'operator.kubeconfig');
  await writeFile(kubeconfig, api.kubeconfigFor({ token: await api.serviceAccountToken(NAMESPACE, NAME) }), { mode: 0o600 });
  if (process.getuid?.() === 0) {
    await chmod(api.folder, 0o711);
    await chown(kubeconfig, 65532, 65532);
  }
  return kubeconfig;
}
