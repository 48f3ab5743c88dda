/** Who asks for physical functions of a host as a whole, and whether their uplinks are free. Reads only. */

import { isTrue } from '../../../api/conditions.ts';
import { ANNOTATIONS } from '../../../api/group.ts';
import type { SriovHost, SriovVmAttachment } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import type { EsxiHost } from '../../../ports/esxiHost.ts';
import type { Fact } from '../../fact.ts';
import { hostKeyOf, keyOf } from '../../names.ts';
import { admitsNamespace, needsLabels, restrictsVms } from '../../sriovVmAttachment/tenancy.ts';
import type { HostObservation } from '../observation.ts';
import { attempt } from '../observe.ts';
import type { FunctionRequest } from '../physicalFunctions.ts';

export interface PassthroughDoors {
  readonly cluster: Pick<Cluster, 'attachments' | 'namespaceLabels'>;
  readonly host: Fact<EsxiHost>;
}

/** The observation with the requests in it; a host that nobody asks costs not one command. */
export async function observePassthrough(
  { cluster, host: shell }: PassthroughDoors,
  { host, observation }: { readonly host: SriovHost; readonly observation: HostObservation },
  signal: AbortSignal,
): Promise<HostObservation> {
  const requests = await requestsFor(cluster, host, signal);
  const open = requests.some((request) => !request.keepsOnly && !isPassedThrough(request, observation));
  const uplinkUsers = open && shell.known ? await attempt(() => shell.value.uplinkUsers(signal)) : undefined;
  return { ...observation, passthrough: { requests, ...(uplinkUsers === undefined ? {} : { uplinkUsers }) } };
}

function isPassedThrough({ adapter, port }: FunctionRequest, { adapters }: HostObservation): boolean {
  const seen = adapters.find(({ name }) => name === adapter)?.adapter;
  return seen?.known === true && seen.value.ports.some(({ number, ownership }) => number === port && ownership?.configured === true);
}

async function requestsFor(
  cluster: PassthroughDoors['cluster'],
  host: SriovHost,
  signal: AbortSignal,
): Promise<readonly FunctionRequest[]> {
  const requests: FunctionRequest[] = [];
  for (const attachment of cluster.attachments.list()) {
    if (attachment.spec.function.kind !== 'Physical' || hostKeyOf(attachment) !== keyOf(host)) continue;
    const consent = await consentOf(cluster, { host, attachment }, signal);
    const had = host.status?.passthrough?.some(({ requestedBy }) => requestedBy.includes(keyOf(attachment))) === true;
    if (consent === 'refused' || (consent === 'unknown' && !had)) continue;
    requests.push({
      adapter: attachment.spec.function.adapter,
      port: attachment.spec.function.port,
      attachment: keyOf(attachment),
      keepsOnly: consent === 'unknown' || rests(attachment),
      hasDevice: attachment.status?.device !== undefined || attachment.status?.change !== undefined,
    });
  }
  return requests.sort((a, b) => (a.attachment < b.attachment ? -1 : 1));
}

function rests({ metadata }: SriovVmAttachment): boolean {
  return metadata.deletionTimestamp !== undefined || metadata.annotations?.[ANNOTATIONS.hold] !== undefined;
}

/**
 * A restart of the host is asked for, so other namespaces need the owner's word for that beside the one for attachments at all. Where the
 * host restricts VMs, an attachment must have found one that it may have.
 */
async function consentOf(
  cluster: PassthroughDoors['cluster'],
  { host, attachment }: { readonly host: SriovHost; readonly attachment: SriovVmAttachment },
  signal: AbortSignal,
): Promise<'given' | 'refused' | 'unknown'> {
  const { namespace } = attachment.metadata;
  const own = namespace === host.metadata.namespace;
  if (!own && host.spec.attachments.physicalFunctions !== 'AsFrom') return 'refused';
  if (restrictsVms(host) && !isTrue(attachment.status?.conditions, 'VmFound') && attachment.status?.device === undefined) return 'refused';
  if (!needsLabels(host, namespace)) return admitsNamespace(host, namespace, undefined) ? 'given' : 'refused';
  const answer = await cluster.namespaceLabels(namespace, signal);
  if (!answer.known) return 'unknown';
  return admitsNamespace(host, namespace, answer.labels) ? 'given' : 'refused';
}
