/** Events about our objects and about the operator itself. */
import { GROUP } from '../../api/group.ts';
import { listAll } from '../../kube/listAll.ts';
import { collectionPath, EVENTS } from '../../kube/resource.ts';
import type { KubeAccess } from '../kubeAccess.ts';

interface EventRecord {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly regarding?: { readonly apiVersion?: string; readonly kind?: string; readonly name?: string };
}

const OPERATOR = 'esxi-sriov-operator';

/** Of the namespaces of the objects, and of those that the operator runs in. */
export async function eventsOf(kube: KubeAccess, operatorNamespaces: readonly string[]): Promise<readonly EventRecord[]> {
  const scopes = kube.scope === undefined ? [undefined] : [...new Set([kube.scope, ...operatorNamespaces])];
  const found: EventRecord[] = [];
  for (const namespace of scopes) {
    const options = { client: kube.client, accept: 'application/json', pageSize: 500, signal: kube.signal, query: {} };
    const { items } = await listAll<EventRecord>({ ...options, path: collectionPath(EVENTS, namespace) });
    found.push(...items.filter(isOurs));
  }
  return found;
}

function isOurs({ regarding }: EventRecord): boolean {
  return regarding?.apiVersion?.startsWith(`${GROUP}/`) === true || regarding?.name?.includes(OPERATOR) === true;
}
