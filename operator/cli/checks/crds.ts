/** Whether the API server answers, is new enough, and serves our kinds in our version. */
import { GROUP, VERSION } from '../../api/group.ts';
import { RESOURCES } from '../../kube/cluster.ts';
import { isKubeError } from '../../kube/kubeError.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import { type Finding, failed, ok, warning } from './finding.ts';

interface ResourceList {
  readonly resources: readonly { readonly name: string }[];
}

const INSTALL = 'apply the CRDs (kubectl apply -f crds/) or install the chart';

export async function checkCluster({ client, signal }: KubeAccess): Promise<readonly Finding[]> {
  const { gitVersion } = await client.request<{ readonly gitVersion: string }>({ method: 'GET', path: '/version', signal });
  return [ok('api-server', `the API server answers (${gitVersion})`), judgeVersion(gitVersion)];
}

/** The CRDs use CEL functions for IP addresses, which are stable from this minor version of Kubernetes 1 on. */
const LEAST_MINOR = 31;

/** Pure. */
export function judgeVersion(gitVersion: string): Finding {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(gitVersion) ?? [];
  if (major === undefined) {
    return warning('kubernetes-version', `it cannot be told whether ${gitVersion} is 1.${LEAST_MINOR} or later`, 'see kubectl version');
  }
  if (Number(major) > 1 || Number(minor) >= LEAST_MINOR)
    return ok('kubernetes-version', `Kubernetes ${gitVersion} is 1.${LEAST_MINOR} or later`);
  return failed(
    'kubernetes-version',
    `Kubernetes ${gitVersion} is older than 1.${LEAST_MINOR}: it refuses the CRDs`,
    'upgrade the cluster first',
  );
}

export async function checkCrds({ client, signal }: KubeAccess): Promise<readonly Finding[]> {
  const served = await servedResources({ client, signal });
  if (served === undefined) {
    return [failed('kinds-served', `${GROUP}/${VERSION} is not served`, INSTALL)];
  }
  return Object.values(RESOURCES).map(({ plural }) => {
    const missing = [plural, `${plural}/status`].filter((name) => !served.has(name));
    if (missing.length === 0) return ok('kinds-served', `${plural}.${GROUP} is served in ${VERSION}`);
    return failed('kinds-served', `${missing.join(' and ')} of ${GROUP}/${VERSION} is not served`, INSTALL);
  });
}

/** Names of resources of our group and version; undefined where it is not there. */
export async function servedResources({ client, signal }: Pick<KubeAccess, 'client' | 'signal'>): Promise<ReadonlySet<string> | undefined> {
  try {
    const { resources } = await client.request<ResourceList>({ method: 'GET', path: `/apis/${GROUP}/${VERSION}`, signal });
    return new Set(resources.map(({ name }) => name));
  } catch (error) {
    if (isKubeError(error, 404)) return undefined;
    throw error;
  }
}
