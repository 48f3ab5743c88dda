/** What the SriovHost says about the physical function that an attachment asks for. */
import { isTrue } from '../../../api/conditions.ts';
import type { SriovHost, SriovVmAttachment } from '../../../api/types.ts';
import { known, unknown } from '../../fact.ts';
import { hostKeyOf } from '../names.ts';
import type { AttachmentFact, HostPort } from '../observation.ts';

export function usableHost(host: SriovHost | undefined, attachment: SriovVmAttachment): AttachmentFact<SriovHost> {
  const key = hostKeyOf(attachment);
  if (host === undefined) return unknown('HostNotFound', `SriovHost ${key} does not exist.`);
  if (host.metadata.namespace !== attachment.metadata.namespace && host.spec.attachments.from !== 'All') {
    return unknown('HostNotAllowed', `SriovHost ${key} does not allow attachments from namespace ${attachment.metadata.namespace}.`);
  }
  const { adapter: name, port: number } = attachment.spec.function;
  const adapter = host.spec.adapters.find((candidate) => candidate.name === name);
  if (adapter === undefined) {
    const names = host.spec.adapters.map((candidate) => candidate.name).join(', ');
    return unknown('AdapterNotDeclared', `spec.function.adapter is ${name}; SriovHost ${key} declares: ${names}.`);
  }
  if (!adapter.ports.some((port) => port.number === number)) {
    const numbers = adapter.ports.map((port) => port.number).join(', ');
    return unknown('PortNotDeclared', `spec.function.port is ${number}; adapter ${name} of SriovHost ${key} declares: ${numbers}.`);
  }
  return known(host);
}

/** Ready, or at least with virtual functions on this port: one bad adapter does not keep the good ones from being used. */
export function readyPort(host: SriovHost, attachment: SriovVmAttachment): AttachmentFact<HostPort> {
  const key = hostKeyOf(attachment);
  const { adapter, port: number } = attachment.spec.function;
  const port = host.status?.adapters?.find(({ name }) => name === adapter)?.ports?.find((candidate) => candidate.number === number);
  if (port === undefined) return unknown('HostNotReady', `SriovHost ${key} does not report port ${number} of adapter ${adapter} yet.`);
  if ((port.vfs.present ?? 0) === 0 && !isTrue(host.status?.conditions, 'Ready')) {
    return unknown('HostNotReady', `SriovHost ${key} is not ready and has no virtual functions on port ${number} of adapter ${adapter}.`);
  }
  return known({ pciAddress: port.pciAddress, macAddress: port.macAddress });
}
