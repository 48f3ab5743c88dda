/** Which attachments have to look again when something else changes; main.ts connects these to the watches. */
import { findCondition } from '../../api/conditions.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import { attachmentsOnSubnetOf } from './guest/subnet.ts';

type Stores = Pick<Cluster, 'hosts' | 'attachments'>;

/** Keys of the attachments that refer to a host; `hostKey` is `namespace/name` of the SriovHost. */
export function attachmentsOfHost(cluster: Pick<Cluster, 'attachments'>, hostKey: string): readonly string[] {
  return cluster.attachments
    .list()
    .filter((attachment) => hostKeyOf(attachment) === hostKey)
    .map(keyOf);
}

/** Keys of the attachments whose host logs in to vSphere with this Secret; `secretKey` is `namespace/name`. */
export function attachmentsOfSecret(cluster: Stores, secretKey: string): readonly string[] {
  return cluster.hosts
    .list()
    .filter(({ metadata, spec }) => `${metadata.namespace}/${(spec.vsphere ?? spec.esxi).credentialsSecretRef.name}` === secretKey)
    .flatMap((host) => attachmentsOfHost(cluster, keyOf(host)));
}

/** Keys of the attachments that log in to their guest with this Secret. */
export function attachmentsOfGuestSecret(cluster: Pick<Cluster, 'attachments'>, secretKey: string): readonly string[] {
  return cluster.attachments
    .list()
    .filter(
      ({ metadata, spec }) => spec.guest !== undefined && `${metadata.namespace}/${spec.guest.credentialsSecretRef.name}` === secretKey,
    )
    .map(keyOf);
}

/** Keys of the attachments on the subnet that this one manages: whether they have a Subnet Manager is written in its status. */
export function attachmentsManagedBy(cluster: Stores, attachmentKey: string): readonly string[] {
  const manager = cluster.attachments.get(attachmentKey);
  if (manager?.spec.subnetManager === undefined) return [];
  return attachmentsOnSubnetOf(manager, { hosts: cluster.hosts.list(), attachments: cluster.attachments.list() });
}

/** Keys of the other attachments of the same host: they may wait for a virtual function or for the same VM. */
export function attachmentsBeside(cluster: Pick<Cluster, 'attachments'>, attachmentKey: string): readonly string[] {
  const attachment = cluster.attachments.get(attachmentKey);
  if (attachment === undefined) return [];
  return attachmentsOfHost(cluster, hostKeyOf(attachment)).filter((key) => key !== attachmentKey);
}

/** Keys of the attachments that may go on now that a card is out of a VM on this host: its virtual function and its MAC address are free. */
export function attachmentsWaitingForCard(cluster: Pick<Cluster, 'attachments'>, hostKey: string): readonly string[] {
  return cluster.attachments
    .list()
    .filter((attachment) => {
      const reason = findCondition(attachment.status?.conditions, 'Ready')?.reason;
      return reason === 'MacAddressInUse' || (reason === 'NoFreeVirtualFunction' && hostKeyOf(attachment) === hostKey);
    })
    .map(keyOf);
}
