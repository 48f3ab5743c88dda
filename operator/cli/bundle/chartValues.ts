/** The values that somebody gave to Helm, out of the Secret in which Helm keeps a release (helm.sh, "Storage backends": base64 of gzip of JSON). */
import { gunzipSync } from 'node:zlib';
import { listAll } from '../../kube/listAll.ts';
import { collectionPath, SECRETS } from '../../kube/resource.ts';
import type { KubeAccess } from '../kubeAccess.ts';

interface ReleaseSecret {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly data?: { readonly release?: string };
}

interface Release {
  readonly name?: string;
  readonly namespace?: string;
  readonly version?: number;
  readonly config?: unknown;
  readonly chart?: { readonly metadata?: { readonly name?: string; readonly version?: string } };
}

const CHART = 'esxi-sriov-operator';
/** A release is some 100 kB; more is not one of ours. */
const LARGEST = 20_000_000;

/** Only what was set by the user, of the newest revision of our chart; undefined where there is no release. Needs to list Secrets. */
export async function chartValues(kube: KubeAccess, namespaces: readonly string[]): Promise<unknown> {
  const releases: Release[] = [];
  for (const namespace of namespaces) {
    const options = { client: kube.client, accept: 'application/json', pageSize: 100, signal: kube.signal };
    const query = { labelSelector: 'owner=helm', fieldSelector: 'type=helm.sh/release.v1' };
    const { items } = await listAll<ReleaseSecret>({ ...options, query, path: collectionPath(SECRETS, namespace) });
    releases.push(...items.flatMap(({ data }) => (data?.release === undefined ? [] : [readRelease(data.release)])));
  }
  const [newest] = releases.filter(({ chart }) => chart?.metadata?.name === CHART).sort((a, b) => (b.version ?? 0) - (a.version ?? 0));
  if (newest === undefined) return undefined;
  return { release: newest.name, revision: newest.version, chart: newest.chart?.metadata?.version, values: newest.config ?? {} };
}

/** `data` of a Secret is base64 once more. */
export function readRelease(data: string): Release {
  const stored = Buffer.from(Buffer.from(data, 'base64').toString('ascii'), 'base64');
  return JSON.parse(gunzipSync(stored, { maxOutputLength: LARGEST }).toString('utf8')) as Release;
}
