/** The host and its physical function, as vSphere has them. */
import type { SriovHost } from '../../../api/types.ts';
import type { VSphere, VsphereHost, VspherePhysicalFunction } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { sameMacAddress } from '../identify.ts';
import type { AttachmentFact, HostPort } from '../observation.ts';

/** On a vCenter the host whose name or IP address is spec.esxi.address; on a host's own endpoint its only host. */
export async function readVsphereHost(vsphere: VSphere, host: SriovHost, signal: AbortSignal): Promise<AttachmentFact<VsphereHost>> {
  const hosts = await vsphere.hosts(signal);
  const standalone = (await vsphere.apiType(signal)) === 'HostAgent';
  const { address } = host.spec.esxi;
  const wanted = address.toLowerCase();
  const found = standalone
    ? hosts
    : hosts.filter(({ name, ipAddresses }) => name.toLowerCase() === wanted || ipAddresses.some((ip) => ip.toLowerCase() === wanted));
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return known(first);
  const count = first === undefined ? 'no host' : `${found.length} hosts`;
  return unknown(
    'VsphereHostNotFound',
    `The vSphere server of SriovHost ${host.metadata.name} knows ${count} with the address ${address}.`,
  );
}

/**
 * The PCI address comes from the SriovHost and moves when cards are added (KB 309346), so it is checked against the MAC address of the
 * uplink where vSphere tells one. An InfiniBand port may have no uplink at all.
 */
export function physicalFunctionOf(host: VsphereHost, port: HostPort): AttachmentFact<VspherePhysicalFunction> {
  const found = host.physicalFunctions.find(({ id }) => id.toLowerCase() === port.pciAddress.toLowerCase());
  if (found === undefined) {
    return unknown('VirtualFunctionsNotActive', `vSphere shows no physical function at ${port.pciAddress} on ${host.name}.`);
  }
  if (found.macAddress !== undefined && port.macAddress !== undefined && !sameMacAddress(found.macAddress, port.macAddress)) {
    const message = `Physical function ${found.id} of ${host.name} has MAC address ${found.macAddress}, the SriovHost reports ${port.macAddress} there: PCI addresses have moved.`;
    return unknown('HostNotReady', message);
  }
  if (found.sriov === undefined || !found.sriov.active || found.sriov.present === 0) {
    return unknown('VirtualFunctionsNotActive', `vSphere shows no active virtual functions on ${found.id} of ${host.name}.`);
  }
  return known(found);
}
