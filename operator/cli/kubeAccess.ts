/** The cluster as the verbs see it: our objects by name, with errors that say what to do. */
import { ANNOTATIONS } from '../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';
import type { KubeClient } from '../kube/client.ts';
import { RESOURCES } from '../kube/cluster.ts';
import { isKubeError } from '../kube/kubeError.ts';
import { listAll } from '../kube/listAll.ts';
import { read } from '../kube/read.ts';
import { collectionPath, objectPath } from '../kube/resource.ts';
import type { Kind, ObjectOf } from '../ports/cluster.ts';
import { CliError, EXIT } from './exit.ts';
import { readHostName, readName } from './names.ts';

export interface KubeAccess {
  readonly client: KubeClient;
  /** The one to work in; undefined with --all-namespaces. */
  readonly scope: string | undefined;
  /** For a single object, also with --all-namespaces. */
  readonly namespace: string;
  /** Label selector for hosts, where many of them are read. */
  readonly selector?: string;
  /** What a watch keeps current: then nothing is asked for. */
  readonly cache?: { readonly [K in Kind]: () => readonly ObjectOf<K>[] };
  readonly signal: AbortSignal;
}

const PAGE_SIZE = 500;
/** Field manager of the annotations that people set through the plugin. */
const PLUGIN_MANAGER = 'kubectl-sriov';
/** k8s.io/apiserver, pkg/admission/plugin/policy/validating/dispatcher.go: after this comes the message of the policy. */
const POLICY_REFUSAL = /ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request: (.+)$/s;
const WORDS: Readonly<Record<Kind, string>> = { SriovHost: 'host', SriovVmAttachment: 'attachment' };

export async function findObject<K extends Kind>(kube: KubeAccess, kind: K, name: string): Promise<ObjectOf<K> | undefined> {
  if (kube.cache !== undefined) {
    return kube.cache[kind]().find(({ metadata }) => metadata.namespace === kube.namespace && metadata.name === name);
  }
  try {
    return await read<ObjectOf<K>>(kube.client, objectPath(RESOURCES[kind], { namespace: kube.namespace, name }), kube.signal);
  } catch (error) {
    if (error instanceof RangeError) throw new CliError(error.message, { cause: error });
    throw error;
  }
}

async function getObject<K extends Kind>(kube: KubeAccess, kind: K, name: string): Promise<ObjectOf<K>> {
  const found = await findObject(kube, kind, name);
  if (found !== undefined) return found;
  throw new CliError(`there is no ${kind} ${name} in namespace ${kube.namespace}; kubectl sriov status -A lists all of them`);
}

/** A host by any of its spellings. */
export async function getHost(kube: KubeAccess, argument: string): Promise<ObjectOf<'SriovHost'>> {
  return await getObject(kube, 'SriovHost', readHostName(argument));
}

/** Sorted by namespace and name; of hosts those that --selector chooses. Undefined namespace: all of them. */
export async function listObjects<K extends Kind>(
  kube: KubeAccess,
  kind: K,
  namespace: string | undefined,
): Promise<readonly ObjectOf<K>[]> {
  const path = collectionPath(RESOURCES[kind], namespace);
  const selected = kind === 'SriovHost' && kube.selector !== undefined;
  if (kube.cache !== undefined && !selected) return [...kube.cache[kind]()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  const query: Readonly<Record<string, string>> = selected ? { labelSelector: kube.selector ?? '' } : {};
  const options = { client: kube.client, path, query, accept: 'application/json', pageSize: PAGE_SIZE, signal: kube.signal };
  try {
    const { items } = await listAll<ObjectOf<K>>(options);
    return [...items].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  } catch (error) {
    if (isKubeError(error, 404)) {
      throw new CliError(`this cluster does not serve ${kind}; is the operator installed? kubectl sriov check tells`, { cause: error });
    }
    throw error;
  }
}

function sortKey({ metadata }: SriovHost | SriovVmAttachment): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** `srh/esx-01`, `sva/db-01`, or a bare name that only one kind has. */
export async function getNamed(kube: KubeAccess, argument: string): Promise<SriovHost | SriovVmAttachment> {
  const { kind, name } = readName(argument);
  if (kind !== undefined) return await getObject(kube, kind, name);
  const [host, attachment] = await Promise.all([findObject(kube, 'SriovHost', name), findObject(kube, 'SriovVmAttachment', name)]);
  if (host !== undefined && attachment !== undefined) {
    throw new CliError(`${name} is both a host and an attachment; write srh/${name} or sva/${name}`);
  }
  const found = host ?? attachment;
  if (found !== undefined) return found;
  throw new CliError(
    `there is neither a SriovHost nor a SriovVmAttachment ${name} in namespace ${kube.namespace}; kubectl sriov status -A lists all`,
  );
}

export type Verb = keyof typeof ANNOTATIONS;

/**
 * Sets an annotation, or removes it (`null`), by a merge patch that counts only for the very version of the object that was looked at.
 * False: the object changed meanwhile and nothing was written.
 */
export async function annotate(
  kube: KubeAccess,
  object: SriovHost | SriovVmAttachment,
  verb: Verb,
  value: string | null,
): Promise<boolean> {
  const { namespace, name, resourceVersion } = object.metadata;
  try {
    await kube.client.request({
      method: 'PATCH',
      path: objectPath(RESOURCES[object.kind], { namespace, name }),
      query: { fieldManager: PLUGIN_MANAGER },
      contentType: 'application/merge-patch+json',
      body: { metadata: { resourceVersion, annotations: { [ANNOTATIONS[verb]]: value } } },
      signal: kube.signal,
    });
    return true;
  } catch (error) {
    if (isKubeError(error, 409)) return false;
    if (isKubeError(error, 403)) {
      const [, refusal] = POLICY_REFUSAL.exec(error.message) ?? [];
      if (refusal !== undefined) throw new CliError(`an admission policy refuses it: ${refusal}`, { cause: error, exitCode: EXIT.failed });
      const message = `you may not change ${WORDS[object.kind]}s in namespace ${namespace}: the verb patch on ${RESOURCES[object.kind].plural} is missing`;
      throw new CliError(message, { cause: error, exitCode: EXIT.failed });
    }
    throw error;
  }
}
