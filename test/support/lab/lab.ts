/**
 * The whole product in one place: a real API server, the simulated fleet, and the operator as a process of its own with nothing but
 * the permissions of its service account. The demo, the scenarios and the end-to-end tests run in it.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { rbacManifests } from '../../../operator/api/rbac.ts';
import { type Fleet, startFleet } from '../../simulator/fleet.ts';
import { type VspherePart, vspherePart } from '../../simulator/soap/vspherePart.ts';
import { type ApiServer, startApiServer } from '../apiserver/apiServer.ts';
import { AUDIT_POLICY, countWrites, type WriteCounts } from './audit.ts';
import { type Observer, startObserver } from './observer.ts';
import { type OperatorOptions, type OperatorProcess, startOperator } from './operatorProcess.ts';

export const OPERATOR_NAMESPACE = 'sriov-system';
const SERVICE_ACCOUNT = 'esxi-sriov-operator';
const repositoryRoot = join(import.meta.dirname, '../../..');

export interface LabOptions {
  readonly onProgress?: (line: string) => void;
  /** Further flags of the operator. */
  readonly operatorFlags?: readonly string[];
  readonly operatorEnv?: Readonly<Record<string, string>>;
  /** How to start the operator; default: as a process of this project's Node. */
  readonly launch?: (options: OperatorOptions) => Promise<OperatorProcess>;
}

export interface Lab {
  readonly api: ApiServer;
  readonly fleet: Fleet;
  readonly vsphere: VspherePart;
  /** Watches all objects as an administrator. */
  readonly observer: Observer;
  readonly operator: OperatorProcess;
  readonly folder: string;
  /** Starts the operator (again); resolves when its caches are complete. */
  startOperator(flags?: readonly string[]): Promise<OperatorProcess>;
  apply(...objects: readonly object[]): Promise<void>;
  remove(kind: string, namespace: string, name: string): Promise<void>;
  /** Writes that the operator made in a namespace, from the API server's audit log. */
  writes(namespace: string): Promise<WriteCounts>;
  stop(): Promise<void>;
}

export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const folder = await mkdtemp(join(tmpdir(), 'sriov-lab-'));
  const policy = join(folder, 'audit-policy.yaml');
  const audit = join(folder, 'audit.log');
  await writeFile(policy, AUDIT_POLICY);
  const progress = options.onProgress ?? (() => undefined);
  const api = await startApiServer({ flags: [`--audit-policy-file=${policy}`, `--audit-log-path=${audit}`], onProgress: progress });
  progress(`kube-apiserver serves ${api.server}`);
  await installCrds(api);
  await installRbac(api);
  progress('CRDs and RBAC are applied');
  const fleet = await startFleet();
  const vsphere = vspherePart();
  await fleet.attach(vsphere);
  const observer = await startObserver(api.kubeconfigPath);
  const token = await api.serviceAccountToken(OPERATOR_NAMESPACE, SERVICE_ACCOUNT, 7 * 24 * 3600);
  const kubeconfig = join(folder, 'operator.kubeconfig');
  await writeFile(kubeconfig, api.kubeconfigFor({ token }), { mode: 0o600 });
  const launch = (flags: readonly string[] = []) =>
    (options.launch ?? startOperator)({
      kubeconfig,
      folder,
      namespace: OPERATOR_NAMESPACE,
      flags: [...(options.operatorFlags ?? []), ...flags],
      env: options.operatorEnv ?? {},
    });
  let operator = await launch();
  progress(`the operator runs as ServiceAccount ${OPERATOR_NAMESPACE}/${SERVICE_ACCOUNT}`);
  return {
    api,
    fleet,
    vsphere,
    observer,
    folder,
    get operator() {
      return operator;
    },
    startOperator: async (flags) => {
      operator = await launch(flags);
      return operator;
    },
    apply: async (...objects) => await applyAll(api, objects),
    remove: async (kind, namespace, name) => {
      const { code, stderr } = await api.kubectl(['delete', kind, name, '-n', namespace, '--wait=false', '--ignore-not-found']);
      if (code !== 0) throw new Error(`kubectl delete ${kind} ${namespace}/${name}: ${stderr}`);
    },
    writes: async (namespace) =>
      countWrites(await readFile(audit, 'utf8'), { namespace, user: `system:serviceaccount:${OPERATOR_NAMESPACE}:${SERVICE_ACCOUNT}` }),
    stop: async () => {
      await operator.stop();
      await observer.stop();
      await fleet.stop();
      await api.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function installCrds(api: ApiServer): Promise<void> {
  for (const plural of ['sriovhosts', 'sriovvmattachments']) {
    await api.installCrds(await readFile(join(repositoryRoot, 'crds', `sriov.esxi.io_${plural}.yaml`), 'utf8'));
  }
}

async function installRbac(api: ApiServer): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: OPERATOR_NAMESPACE } };
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: SERVICE_ACCOUNT, namespace: OPERATOR_NAMESPACE } };
  await applyAll(api, [
    namespace,
    account,
    ...rbacManifests({ namespace: OPERATOR_NAMESPACE, serviceAccount: SERVICE_ACCOUNT, watchNamespaces: [], namespaceSelectors: true }),
  ]);
}

async function applyAll(api: ApiServer, objects: readonly object[]): Promise<void> {
  const yaml = objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
  const { code, stderr } = await api.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], yaml);
  if (code !== 0) throw new Error(`kubectl apply failed: ${stderr}`);
}
