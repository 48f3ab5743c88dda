/** Which events a reconcile is worth. Pure: compares the status before with the status after. */
import { findCondition } from '../../api/conditions.ts';
import { type AttachmentReason, reasonEntry } from '../../api/reasons.ts';
import type { JournalEntry, SriovVmAttachmentStatus } from '../../api/types.ts';
import type { EventInput } from '../../ports/cluster.ts';

const REASON_OF_ACTION: Readonly<Record<string, AttachmentReason>> = {
  ShutdownGuest: 'PoweringOff',
  PowerOffVm: 'PoweringOff',
  ReconfigureVm: 'Reconfiguring',
  PowerOnVm: 'PoweringOn',
};

/** One event for every action that succeeded, and one where Ready or Attached says something new that the table has an event for. */
export function eventsBetween(before: SriovVmAttachmentStatus | undefined, after: SriovVmAttachmentStatus): readonly EventInput[] {
  const known = new Set((before?.journal ?? []).map(identityOf));
  const actions = (after.journal ?? []).filter((entry) => entry.result !== 'Failed' && !known.has(identityOf(entry)));
  return [
    ...actions.flatMap((entry) =>
      event(REASON_OF_ACTION[entry.action], { action: entry.action, note: `${entry.subject}: ${entry.detail ?? ''}` }),
    ),
    ...changeOf('Ready', before, after),
    ...changeOf('Attached', before, after),
  ].filter(({ reason, note }, index, all) => all.findIndex((other) => other.reason === reason && other.note === note) === index);
}

function changeOf(
  type: 'Ready' | 'Attached',
  before: SriovVmAttachmentStatus | undefined,
  after: SriovVmAttachmentStatus,
): readonly EventInput[] {
  const [was, is] = [findCondition(before?.conditions, type), findCondition(after.conditions, type)];
  if (is === undefined || (was?.reason === is.reason && was.message === is.message)) return [];
  // Ready repeats the success of Attached; one event is enough.
  if (is.reason === 'Succeeded') return [];
  return event(is.reason as AttachmentReason, { action: 'Reconcile', note: is.message });
}

export function event(reason: AttachmentReason | undefined, { action, note }: Pick<EventInput, 'action' | 'note'>): readonly EventInput[] {
  if (reason === undefined) return [];
  const { event: type } = reasonEntry('SriovVmAttachment', reason);
  return type === 'None' ? [] : [{ reason, type, action, note }];
}

function identityOf({ time, action, result }: JournalEntry): string {
  return `${time} ${action} ${result}`;
}
