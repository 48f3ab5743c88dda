// Labels of one namespace. Read on demand: the operator needs no list and no watch of namespaces for them.
import type { NamespaceLabels } from '../ports/cluster.ts';
import type { KubeClient } from './client.ts';
import { isKubeError } from './kubeError.ts';
import { collectionPath } from './resource.ts';

const NAMESPACES = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' } as const;

interface Namespace {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

export async function readNamespaceLabels(client: KubeClient, name: string, signal: AbortSignal): Promise<NamespaceLabels> {
  try {
    const path = `${collectionPath(NAMESPACES, undefined)}/${encodeURIComponent(name)}`;
    const { metadata } = await client.request<Namespace>({ method: 'GET', path, signal });
    return { known: true, labels: metadata.labels ?? {} };
  } catch (error) {
    if (isKubeError(error, 404)) return { known: false, why: `namespace ${name} does not exist` };
    if (isKubeError(error, 403))
      return { known: false, why: `the operator lacks the right to get namespaces, so the labels of ${name} are unknown` };
    throw error;
  }
}
