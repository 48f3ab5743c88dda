/** What log lines and spans say of the object of a reconcile. */
import type { SriovHost, SriovVmAttachment } from '../api/types.ts';

type Words = Readonly<Record<string, string | number>>;

/** Of an object that is gone nothing is known but its key, which they carry anyway. */
export function describeHost(host: SriovHost | undefined): Words {
  if (host === undefined) return {};
  const { namespace, name, generation } = host.metadata;
  return { namespace, host: name, generation };
}

export function describeAttachment(attachment: SriovVmAttachment | undefined): Words {
  if (attachment === undefined) return {};
  const { namespace, name, generation } = attachment.metadata;
  return { namespace, attachment: name, host: attachment.spec.hostRef.name, generation };
}
