/** Which host has to look again when an attachment changes: the one whose physical function it asks for as a whole. */
import type { SriovHost, SriovVmAttachment } from '../../api/types.ts';
import { hostKeyOf } from '../names.ts';
import { restrictsVms } from '../sriovVmAttachment/tenancy.ts';

interface Stores {
  readonly hosts: { get(key: string): SriovHost | undefined };
  readonly attachments: { get(key: string): SriovVmAttachment | undefined };
}

/** Remembers whom an attachment asked: once it is deleted, nobody else could tell. */
export class PhysicalFunctionHosts {
  readonly #stores: Stores;
  readonly #hostOf = new Map<string, string>();

  constructor(stores: Stores) {
    this.#stores = stores;
  }

  /** Key of the host to wake; undefined where nothing changes for any. */
  afterChange(attachmentKey: string, statusOnly: boolean): string | undefined {
    const attachment = this.#stores.attachments.get(attachmentKey);
    const before = this.#hostOf.get(attachmentKey);
    if (attachment === undefined) {
      this.#hostOf.delete(attachmentKey);
      return before;
    }
    if (attachment.spec.function.kind !== 'Physical') return undefined;
    const hostKey = hostKeyOf(attachment);
    this.#hostOf.set(attachmentKey, hostKey);
    const host = this.#stores.hosts.get(hostKey);
    // Where VMs are restricted, a request counts once the attachment has found a VM that it may have.
    const matters = !statusOnly || (host !== undefined && restrictsVms(host));
    return matters ? hostKey : undefined;
  }
}
