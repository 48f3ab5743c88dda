/** The host and its physical function, as vSphere has them. */
import type { SriovHost } from '../../../api/types.ts';
import type { VSphere, VsphereHost, VspherePhysicalFunction } from '../../../ports/vsphere.ts';
import { known, unknown } from '../../fact.ts';
import { matchVsphereHost } from '../../matchVsphereHost.ts';
import { sameMacAddress } from '../identify.ts';
import { functionWith, whereabouts } from '../movedFunction.ts';
import type { AttachmentFact, HostPort } from '../observation.ts';

export async function readVsphereHost(vsphere: VSphere, host: SriovHost, signal: AbortSignal): Promise<AttachmentFact<VsphereHost>> {
  const hosts = await vsphere.hosts(signal, host.spec.esxi.address);
  return matchVsphereHost(host, hosts, await vsphere.apiType(signal));
}

/**
 * The PCI address comes from the SriovHost and moves when cards are added (KB 309346), so it is checked against the MAC address of the
 * uplink where vSphere tells one. An InfiniBand port may have no uplink at all.
 */
export function physicalFunctionOf(host: VsphereHost, port: HostPort): AttachmentFact<VspherePhysicalFunction> {
  const found = host.physicalFunctions.find(({ id }) => id.toLowerCase() === port.pciAddress.toLowerCase());
  if (found === undefined) {
    const message = `vSphere shows no physical function at ${port.pciAddress} on ${host.name}`;
    if (port.macAddress === undefined || functionWith(host, port.macAddress) === undefined) {
      return unknown('VirtualFunctionsNotActive', `${message}.`);
    }
    return unknown('HostNotReady', `PCI addresses have moved: ${message}; ${whereabouts(host, port.macAddress)}.`);
  }
  if (found.macAddress !== undefined && port.macAddress !== undefined && !sameMacAddress(found.macAddress, port.macAddress)) {
    const message = `PCI addresses have moved: physical function ${found.id} of ${host.name} has MAC address ${found.macAddress}, the SriovHost reports ${port.macAddress} there; ${whereabouts(host, port.macAddress)}.`;
    return unknown('HostNotReady', message);
  }
  if (found.sriov === undefined || !found.sriov.active || found.sriov.present === 0) {
    return unknown('VirtualFunctionsNotActive', `vSphere shows no active virtual functions on ${found.id} of ${host.name}.`);
  }
  return known(found);
}
