/** Which objects have to look again when something changed in vSphere; wiring.ts connects these to what the servers tell. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { VsphereChange } from '../../ports/vsphere.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import { mayMean } from './selector.ts';

type Stores = Pick<Cluster, 'hosts' | 'attachments'>;

/** Keys of the attachments that a change may concern: too many cost a look into memory each, too few would wait for the next recheck. */
export function attachmentsOfChange(cluster: Stores, change: VsphereChange): readonly string[] {
  return cluster.attachments
    .list()
    .filter((attachment) => {
      const host = cluster.hosts.get(hostKeyOf(attachment));
      return host !== undefined && serverOf(host) === change.server && concerns(change, host, attachment);
    })
    .map(keyOf);
}

/** Keys of the SriovHosts whose host in vSphere changed. A look at one costs an SSH connection, so none is woken on suspicion. */
export function hostsOfChange(cluster: Pick<Cluster, 'hosts'>, change: VsphereChange): readonly string[] {
  return cluster.hosts
    .list()
    .filter((host) => serverOf(host) === change.server && hostChanged(change, host) && !isDeclaredByAddress(host))
    .map(keyOf);
}

/** Not: any change while the attachment waits. Under the traffic of a large vCenter that would undo every back-off. */
function concerns(change: VsphereChange, host: SriovHost, attachment: SriovVmAttachment): boolean {
  return change.others || hostChanged(change, host) || change.vms.some((vm) => isVmOf(attachment, vm));
}

/** Another VM may have got the name, and then there are two. */
function isVmOf({ spec, status }: SriovVmAttachment, changed: VsphereChange['vms'][number]): boolean {
  return status?.vm?.moRef === changed.moRef || mayMean(spec.vm, changed);
}

/** A host's own endpoint shows one host. On a vCenter hosts declared by address cannot be told apart by name. */
function hostChanged(change: VsphereChange, host: SriovHost): boolean {
  if (change.hosts.length === 0) return false;
  const address = host.spec.esxi.address.toLowerCase();
  return host.spec.vsphere === undefined || isDeclaredByAddress(host) || change.hosts.some(({ name }) => name.toLowerCase() === address);
}

function isDeclaredByAddress({ spec: { esxi, vsphere } }: SriovHost): boolean {
  return vsphere !== undefined && /^[0-9.]+$|:/.test(esxi.address);
}

function serverOf({ spec: { esxi, vsphere } }: SriovHost): string {
  return (vsphere?.server ?? esxi.address).trim().toLowerCase();
}
