/** Whether the API server answers, and serves our kinds in our version. */
import { GROUP, VERSION } from '../../api/group.ts';
import { RESOURCES } from '../../kube/cluster.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { type Finding, ok } from './finding.ts';

interface ResourceList {
  readonly resources: readonly { readonly name: string }[];
}

const INSTALL = 'apply the CRDs (kubectl apply -f crds/) or install the chart';

export async function checkCluster({ client, signal }: KubeAccess): Promise<readonly Finding[]> {
  const { gitVersion } = await client.request<{ readonly gitVersion: string }>({ method: 'GET', path: '/version', signal });
  return [ok('cluster', `the API server answers (${gitVersion})`)];
}

export async function checkCrds({ client, signal }: KubeAccess): Promise<readonly Finding[]> {
  const served = await servedResources({ client, signal });
  if (served === undefined) {
    return [{ area: 'cluster', what: `${GROUP}/${VERSION} is not served`, result: 'failed', hint: INSTALL }];
  }
  return Object.values(RESOURCES).map(({ plural }) => {
    const missing = [plural, `${plural}/status`].filter((name) => !served.has(name));
    if (missing.length === 0) return ok('cluster', `${plural}.${GROUP} is served in ${VERSION}`);
    return { area: 'cluster', what: `${missing.join(' and ')} of ${GROUP}/${VERSION} is not served`, result: 'failed', hint: INSTALL };
  });
}

async function servedResources({ client, signal }: Pick<KubeAccess, 'client' | 'signal'>): Promise<ReadonlySet<string> | undefined> {
  try {
    const { resources } = await client.request<ResourceList>({ method: 'GET', path: `/apis/${GROUP}/${VERSION}`, signal });
    return new Set(resources.map(({ name }) => name));
  } catch (error) {
    if (isKubeError(error, 404)) return undefined;
    throw error;
  }
}
