/** Whether the Deployment of the operator is of this plugin's version and has all its replicas. Nothing is said where there is none: it may run elsewhere. */
import { isKubeError } from '../../kube/kubeError.ts';
import { listAll } from '../../kube/listAll.ts';
import { collectionPath, type Resource } from '../../kube/resource.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { versions } from '../version.ts';
import { type Finding, ok, warning } from './finding.ts';

export interface DeploymentRecord {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
const QUERY = { labelSelector: 'app.kubernetes.io/name=esxi-sriov-operator' };

/** `namespace`: where the operator runs; left out: searched for in all. */
export async function checkDeployment(kube: KubeAccess, namespace: string | undefined): Promise<readonly Finding[]> {
  const { plugin } = await versions();
  const options = { client: kube.client, accept: 'application/json', pageSize: 500, signal: kube.signal, query: QUERY };
  try {
    const { items } = await listAll<DeploymentRecord>({ ...options, path: collectionPath(DEPLOYMENTS, namespace) });
    return items.map((deployment) => judgeDeployment(deployment, plugin));
  } catch (error) {
    if (!isKubeError(error, 403)) throw error;
    const hint = 'name the namespace of the operator with --operator-namespace, or let somebody look who may list deployments there';
    return [warning('deployment', 'you may not see which version of the operator runs', hint)];
  }
}

/** Pure. */
export function judgeDeployment({ metadata, spec, status }: DeploymentRecord, plugin: string): Finding {
  const where = `deployment ${metadata.namespace}/${metadata.name}`;
  const [wanted, ready] = [spec?.replicas ?? 1, status?.readyReplicas ?? 0];
  if (ready < wanted) {
    const hint = `look at its pods: kubectl get pods -n ${metadata.namespace} -l ${QUERY.labelSelector}`;
    return warning('deployment', `${where} has ${ready} of ${wanted} replicas ready`, hint);
  }
  const version = metadata.labels?.['app.kubernetes.io/version'];
  if (version === plugin) return ok('deployment', `${where} is version ${version} with ${ready} of ${wanted} replicas ready`);
  const hint = 'use the plugin of the version that runs: another one may know other fields and reasons';
  return warning('deployment', `${where} is version ${version ?? 'unknown'}, and this plugin is ${plugin}`, hint);
}
