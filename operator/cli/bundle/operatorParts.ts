/** The operator as it runs: deployments, pods, logs and metrics, as far as the caller may see them. */
import { text } from 'node:stream/consumers';
import { listAll } from '../../kube/listAll.ts';
import { collectionPath, LEASES, objectPath, type Resource } from '../../kube/resource.ts';
import type { KubeAccess } from '../kubeAccess.ts';
import type { Try } from './gather.ts';

export interface OperatorParts {
  readonly namespaces: readonly string[];
  readonly deployments: readonly Named[];
  readonly pods: readonly Pod[];
  readonly leases: readonly Named[];
  /** By `namespace/pod/container` with `/previous` for one that ended. */
  readonly logs: Readonly<Record<string, string>>;
  /** By `namespace/pod`. */
  readonly metrics: Readonly<Record<string, string>>;
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace: string };
}

interface Pod extends Named {
  readonly spec?: {
    readonly containers?: readonly {
      readonly name: string;
      readonly image?: string;
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status?: { readonly containerStatuses?: readonly { readonly name: string; readonly restartCount?: number }[] };
}

const LABELS = { labelSelector: 'app.kubernetes.io/name=esxi-sriov-operator' };
const DEPLOYMENTS: Resource = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };
const PODS: Resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod' };
/** Of each container, the newest lines; more is the matter of a log collection. */
const LOG_LINES = 50_000;
const LOG_BYTES = 50_000_000;
const IDLE_MS = 30_000;

/** `namespace`: undefined searches in all. */
export async function operatorParts(kube: KubeAccess, namespace: string | undefined, attempt: Try): Promise<OperatorParts> {
  const where = namespace === undefined ? 'of all namespaces (name one with --operator-namespace)' : `in namespace ${namespace}`;
  const list = async <T extends Named>(resource: Resource, query: Readonly<Record<string, string>>): Promise<readonly T[]> => {
    const options = { client: kube.client, accept: 'application/json', pageSize: 500, signal: kube.signal, query };
    return (await listAll<T>({ ...options, path: collectionPath(resource, namespace) })).items;
  };
  const deployments = await attempt(`deployments ${where}`, () => list(DEPLOYMENTS, LABELS), []);
  const pods = await attempt(`pods ${where}`, () => list<Pod>(PODS, LABELS), []);
  const leases = await attempt(`leases ${where}`, async () => (await list(LEASES, {})).filter(isOurs), []);
  const found = [...deployments, ...pods, ...leases].map(({ metadata }) => metadata.namespace);
  const namespaces = [...new Set([...(namespace === undefined ? [] : [namespace]), ...found])].sort();
  return { namespaces, deployments, pods, leases, ...(await streamsOf(kube, pods, attempt)) };
}

function isOurs({ metadata }: Named): boolean {
  return metadata.name.includes('esxi-sriov-operator') || metadata.name.startsWith('sriov-');
}

async function streamsOf(kube: KubeAccess, pods: readonly Pod[], attempt: Try): Promise<Pick<OperatorParts, 'logs' | 'metrics'>> {
  const logs: Record<string, string> = {};
  const metrics: Record<string, string> = {};
  for (const pod of pods) {
    const { namespace, name } = pod.metadata;
    const path = objectPath(PODS, { namespace, name });
    for (const { container, previous } of containersOf(pod)) {
      const query = {
        container,
        tailLines: String(LOG_LINES),
        limitBytes: String(LOG_BYTES),
        timestamps: 'true',
        ...(previous ? { previous: 'true' } : {}),
      };
      const key = `${namespace}/${name}/${container}${previous ? '/previous' : ''}`;
      const log = await attempt(`log of ${key}`, () => read(kube, `${path}/log`, query), undefined);
      if (log !== undefined) logs[key] = log;
    }
    const port = metricsPort(pod);
    if (port === undefined) continue;
    const page = await attempt(`metrics of ${namespace}/${name}`, () => read(kube, `${path}:${port}/proxy/metrics`, {}), undefined);
    if (page !== undefined) metrics[`${namespace}/${name}`] = page;
  }
  return { logs, metrics };
}

function containersOf({ spec, status }: Pod): readonly { readonly container: string; readonly previous: boolean }[] {
  return (spec?.containers ?? []).flatMap(({ name }) => {
    const restarted = status?.containerStatuses?.some((one) => one.name === name && (one.restartCount ?? 0) > 0) === true;
    return [{ container: name, previous: false }, ...(restarted ? [{ container: name, previous: true }] : [])];
  });
}

function metricsPort({ spec }: Pod): number | undefined {
  const ports = (spec?.containers ?? []).flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === 'metrics' || name === 'http-metrics')?.containerPort;
}

async function read({ client, signal }: KubeAccess, path: string, query: Readonly<Record<string, string>>): Promise<string> {
  return await text(await client.stream({ method: 'GET', path, query, accept: '*/*', signal }, IDLE_MS));
}
