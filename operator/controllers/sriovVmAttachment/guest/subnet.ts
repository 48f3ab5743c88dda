/** The InfiniBand subnet that an attachment's port is on, and the Subnet Managers that are declared for it. Pure. */
import type { SriovHost, SriovVmAttachment, SriovVmAttachmentStatus } from '../../../api/types.ts';
import { hostKeyOf, keyOf } from '../../names.ts';
import { nameOf } from '../accounting.ts';

export type ManagerState = NonNullable<SriovVmAttachmentStatus['subnetManager']>['state'];

export interface Subnet {
  /** As the SriovHost names it; `default` where it does not. */
  readonly name: string;
  /** Other attachments that run a Subnet Manager on it, in a stable order; `name` is fit for who may read this attachment. */
  readonly managers: readonly { readonly name: string; readonly state: ManagerState; readonly virtEnabled: boolean }[];
}

interface Cluster {
  readonly hosts: readonly SriovHost[];
  readonly attachments: readonly SriovVmAttachment[];
}

const DEFAULT_SUBNET = 'default';

/** Undefined where the port is not an InfiniBand one, or nothing is known of it. */
export function subnetOf(attachment: SriovVmAttachment, { hosts, attachments }: Cluster): Subnet | undefined {
  const byKey = new Map(hosts.map((host) => [keyOf(host), host]));
  const own = placeOf(attachment, byKey);
  if (own === undefined) return undefined;
  const managers = attachments.filter(
    (other) => keyOf(other) !== keyOf(attachment) && manages(other) && placeOf(other, byKey)?.id === own.id,
  );
  return {
    name: own.name,
    managers: managers
      .map((other) => ({
        name: nameOf(other, attachment),
        state: other.status?.subnetManager?.state ?? ('Unknown' as const),
        virtEnabled: other.status?.subnetManager?.virtEnabled === true,
      }))
      .sort((a, b) => a.name.localeCompare(b.name)),
  };
}

/** Keys of the other attachments on the same subnet, for which a Subnet Manager that comes or goes is news. */
export function attachmentsOnSubnetOf(attachment: SriovVmAttachment, { hosts, attachments }: Cluster): readonly string[] {
  const byKey = new Map(hosts.map((host) => [keyOf(host), host]));
  const own = placeOf(attachment, byKey);
  if (own === undefined) return [];
  return attachments.filter((other) => keyOf(other) !== keyOf(attachment) && placeOf(other, byKey)?.id === own.id).map(keyOf);
}

function manages({ spec, metadata }: SriovVmAttachment): boolean {
  return spec.subnetManager !== undefined && metadata.deletionTimestamp === undefined;
}

/** Names of subnets belong to the namespace of the hosts. */
function placeOf(
  attachment: SriovVmAttachment,
  hosts: ReadonlyMap<string, SriovHost>,
): { readonly id: string; readonly name: string } | undefined {
  const host = hosts.get(hostKeyOf(attachment));
  const { adapter: adapterName, port: number } = attachment.spec.function;
  const declared = host?.spec.adapters.find(({ name }) => name === adapterName)?.ports.find((port) => port.number === number);
  if (host === undefined || declared === undefined) return undefined;
  const seen = host.status?.adapters?.find(({ name }) => name === adapterName)?.ports?.find((port) => port.number === number);
  if ((seen?.linkType ?? declared.linkType) !== 'InfiniBand') return undefined;
  const name = declared.subnet ?? DEFAULT_SUBNET;
  return { id: `${host.metadata.namespace}/${name}`, name };
}
