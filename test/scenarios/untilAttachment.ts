/** Waits for what an attachment says about itself. */
import { findCondition } from '../../operator/api/conditions.ts';
import type { SriovVmAttachment } from '../../operator/api/types.ts';
import type { Lab } from '../support/lab/lab.ts';

/** Until the attachment is Ready for this reason, or not ready for it: unknown counts as not ready. */
export async function untilAttachment({
  lab,
  key,
  reason,
}: {
  readonly lab: Lab;
  readonly key: string;
  readonly reason: string;
}): Promise<void> {
  const holds = (object: SriovVmAttachment | undefined): boolean => {
    const ready = findCondition(object?.status?.conditions, 'Ready');
    const current = object !== undefined && object.status?.observedGeneration === object.metadata.generation;
    return current && ready?.reason === reason && (ready.status === 'True') === (reason === 'Succeeded');
  };
  await lab.observer.until('SriovVmAttachment', key, holds, { timeoutMs: 90_000, what: `Ready because ${reason}` });
}
