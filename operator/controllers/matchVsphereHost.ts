/** Which host of a vSphere server is the one of a SriovHost. Pure. */
import type { SriovHost } from '../api/types.ts';
import type { VsphereHost } from '../ports/vsphere.ts';
import { type Fact, known, unknown } from './fact.ts';

/** On a vCenter the host whose name or IP address is spec.esxi.address; on a host's own endpoint its only host. */
export function matchVsphereHost(
  { metadata, spec }: SriovHost,
  hosts: readonly VsphereHost[],
  apiType: string,
): Fact<VsphereHost, 'VsphereHostNotFound'> {
  const { address } = spec.esxi;
  const wanted = address.toLowerCase();
  const isWanted = ({ name, ipAddresses }: VsphereHost): boolean =>
    name.toLowerCase() === wanted || ipAddresses.some((ip) => ip.toLowerCase() === wanted);
  const found = apiType === 'HostAgent' ? hosts : hosts.filter(isWanted);
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return known(first);
  const count = first === undefined ? 'no host' : `${found.length} hosts`;
  return unknown('VsphereHostNotFound', `The vSphere server of SriovHost ${metadata.name} knows ${count} with the address ${address}.`);
}
