/** What people ask for by annotations and by deletion. Pure. */
import { ANNOTATIONS, ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { AttachmentReason } from '../../api/reasons.ts';
import type { SriovVmAttachment } from '../../api/types.ts';
import type { Because } from '../fact.ts';
import { retryDeath } from './guestDeath.ts';
import { type AttachmentMemory, forget } from './memory.ts';
import type { Observation } from './observation.ts';

/** Why the plan is only shown. Giving up a deletion writes nothing to the VM, so it is not held. */
export function holdOf({ metadata }: SriovVmAttachment, { host }: Observation): Because<AttachmentReason> | undefined {
  if (metadata.deletionTimestamp !== undefined && metadata.annotations?.[ANNOTATIONS.abandon] !== undefined) return undefined;
  if (metadata.annotations?.[ANNOTATIONS.hold] !== undefined) {
    return { reason: 'OnHold', message: `The annotation ${ANNOTATIONS.hold} is set.` };
  }
  if (host.known && host.value.spec.mode === 'Observe') {
    return { reason: 'HostObserveOnly', message: `SriovHost ${host.value.metadata.name} is in mode Observe.` };
  }
  if (host.known && host.value.metadata.annotations?.[ANNOTATIONS.detach] !== undefined) {
    return { reason: 'HostDetached', message: `SriovHost ${host.value.metadata.name} is detached (annotation ${ANNOTATIONS.detach}).` };
  }
  return undefined;
}

/** A retry forgets what vSphere refused, and powers a VM on again that went off by itself. */
export function withRetry(memory: AttachmentMemory, retry: boolean): AttachmentMemory {
  return retry ? retryDeath(forget(memory, 'refused', 'powerOnFailures')) : memory;
}

/** Deleted, and nothing of ours keeps it. */
export function isGone({ metadata }: SriovVmAttachment): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(ATTACHMENT_FINALIZER) !== true;
}

/**
 * The object with its newest version, and with what people asked for at the time of the look: a spec or a verb that came while the steps were
 * carried out was not acted on, so it must not be called observed or acknowledged.
 */
export function asLookedAt(latest: SriovVmAttachment, { spec, metadata }: SriovVmAttachment): SriovVmAttachment {
  const { annotations: _newer, ...rest } = latest.metadata;
  const { generation, annotations } = metadata;
  return { ...latest, spec, metadata: { ...rest, generation, ...(annotations === undefined ? {} : { annotations }) } };
}
