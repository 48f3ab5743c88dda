/** Which events a reconcile is worth. Pure: compares the status before with the status after. */
import { findCondition } from '../../api/conditions.ts';
import { type AttachmentReason, reasonEntry } from '../../api/reasons.ts';
import type { JournalEntry, SriovVmAttachmentStatus } from '../../api/types.ts';
import type { EventInput } from '../../ports/cluster.ts';

const REASON_OF_ACTION: Readonly<Record<string, AttachmentReason>> = {
  ShutdownGuest: 'PoweringOff',
  PowerOffVm: 'PoweringOff',
  ReconfigureVm: 'Reconfiguring',
  RelocateVm: 'Relocating',
  PowerOnVm: 'PoweringOn',
};

/** One event for every action that succeeded, and one where Ready or Attached says something new that the table has an event for. */
export function eventsBetween(before: SriovVmAttachmentStatus | undefined, after: SriovVmAttachmentStatus): readonly EventInput[] {
  const actions = newEntries(before?.journal ?? [], after.journal ?? []).filter(({ result }) => result !== 'Failed');
  return [
    ...actions.flatMap((entry) =>
      event(REASON_OF_ACTION[entry.action], { action: entry.action, note: `${entry.subject}: ${entry.detail ?? ''}` }),
    ),
    ...newWarnings(before, after),
    ...changeOf('Ready', before, after),
    ...changeOf('Attached', before, after),
    ...changeOf('SubnetManagerReady', before, after),
    ...changeOf('LinkActive', before, after),
  ].filter(({ reason, note }, index, all) => all.findIndex((other) => other.reason === reason && other.note === note) === index);
}

/** A warning is told once, when it appears. */
function newWarnings(before: SriovVmAttachmentStatus | undefined, after: SriovVmAttachmentStatus): readonly EventInput[] {
  const old = before?.warnings ?? [];
  return (after.warnings ?? [])
    .filter(({ reason, message }) => !old.some((other) => other.reason === reason && other.message === message))
    .flatMap(({ reason, message }) => event(reason as AttachmentReason, { action: 'Reconcile', note: message }));
}

function changeOf(
  type: 'Ready' | 'Attached' | 'SubnetManagerReady' | 'LinkActive',
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

/** Times are whole seconds, so equal entries may be two: each old one stands for one. */
function newEntries(before: readonly JournalEntry[], after: readonly JournalEntry[]): readonly JournalEntry[] {
  const old = before.map(identityOf);
  return after.filter((entry) => {
    const index = old.indexOf(identityOf(entry));
    if (index >= 0) old.splice(index, 1);
    return index < 0;
  });
}

function identityOf({ time, action, result }: JournalEntry): string {
  return `${time} ${action} ${result}`;
}
