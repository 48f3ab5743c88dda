/** What the SriovHost says about the physical function that an attachment asks for. */
import { isTrue } from '../../../api/conditions.ts';
import type { SriovHost, SriovVmAttachment } from '../../../api/types.ts';
import type { Cluster } from '../../../ports/cluster.ts';
import { known, unknown } from '../../fact.ts';
import { hostKeyOf, keyOf } from '../../names.ts';
import type { AttachmentFact, HostPort } from '../observation.ts';
import { isPhysical } from '../physicalFunction.ts';
import { admitsNamespace, needsLabels } from '../tenancy.ts';
import { consented, passedThroughPort } from './physicalFunction.ts';

/** Lets the namespace in, as far as the host's owner opened it: asked anew at every look, before anything else is read. */
export async function admittedHost(
  cluster: Pick<Cluster, 'namespaceLabels'>,
  { host, attachment }: { readonly host: SriovHost; readonly attachment: SriovVmAttachment },
  signal: AbortSignal,
): Promise<AttachmentFact<SriovHost>> {
  const { namespace } = attachment.metadata;
  const refusal = `SriovHost ${keyOf(host)} does not allow attachments from namespace ${namespace}`;
  if (!needsLabels(host, namespace)) {
    return admitsNamespace(host, namespace, undefined) ? known(host) : unknown('HostNotAllowed', `${refusal}.`);
  }
  const answer = await cluster.namespaceLabels(namespace, signal);
  if (!answer.known) return unknown('HostNotAllowed', `${refusal}: ${answer.why}.`);
  return admitsNamespace(host, namespace, answer.labels)
    ? known(host)
    : unknown('HostNotAllowed', `${refusal}: its labels do not fit spec.attachments.namespaceSelector.`);
}

/** Declares the adapter and the port that the attachment asks for. */
export function usableHost(host: SriovHost | undefined, attachment: SriovVmAttachment): AttachmentFact<SriovHost> {
  const key = hostKeyOf(attachment);
  if (host === undefined) return unknown('HostNotFound', `SriovHost ${key} does not exist.`);
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
  return consented(known(host), attachment);
}

/** Ready, or at least with virtual functions on this port: one bad adapter does not keep the good ones from being used. */
export function readyPort(host: SriovHost, attachment: SriovVmAttachment): AttachmentFact<HostPort> {
  if (isPhysical(attachment)) return passedThroughPort(host, attachment);
  const key = hostKeyOf(attachment);
  const { adapter, port: number } = attachment.spec.function;
  const passed = host.status?.passthrough?.find((entry) => entry.adapter === adapter && entry.port === number && entry.active);
  if (passed !== undefined) {
    const message = `Port ${number} of adapter ${adapter} of SriovHost ${key} is passed through to VMs as a whole.`;
    return unknown('PhysicalFunctionPassedThrough', message);
  }
  const port = host.status?.adapters?.find(({ name }) => name === adapter)?.ports?.find((candidate) => candidate.number === number);
  if (port === undefined) return unknown('HostNotReady', `SriovHost ${key} does not report port ${number} of adapter ${adapter} yet.`);
  if ((port.vfs.present ?? 0) === 0 && !isTrue(host.status?.conditions, 'Ready')) {
    return unknown('HostNotReady', `SriovHost ${key} is not ready and has no virtual functions on port ${number} of adapter ${adapter}.`);
  }
  return known({ pciAddress: port.pciAddress, macAddress: port.macAddress, linkType: port.linkType });
}
