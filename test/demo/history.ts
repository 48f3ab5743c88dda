/** Notes what happens to each object while it happens: the status of an object tells the present, and its journal only the last actions. */
import { findCondition } from '../../operator/api/conditions.ts';
import type { JournalEntry, SriovHost, SriovVmAttachment } from '../../operator/api/types.ts';

export interface HistoryEntry {
  /** Milliseconds since the objects were applied. */
  readonly atMs: number;
  readonly what: string;
  readonly detail: string;
}

export interface ObjectHistory {
  readonly kind: 'SriovHost' | 'SriovVmAttachment';
  readonly name: string;
  readonly entries: readonly HistoryEntry[];
}

export type Watched = SriovHost | SriovVmAttachment;

type Note = Omit<HistoryEntry, 'atMs'>;

/** What a status says now that it did not say before. A reconcile looks first and acts then, and so do the notes. Pure. */
export function notesBetween(before: Watched | undefined, after: Watched): readonly Note[] {
  const actions = newActions(before?.status?.journal ?? [], after.status?.journal ?? []).map(noteOfAction);
  return after.kind === 'SriovHost'
    ? [...hostNotes(before?.kind === after.kind ? before : undefined, after), ...actions, ...readyNotes(before, after)]
    : [
        ...actions,
        ...attachmentNotes(before?.kind === after.kind ? before : undefined, after),
        ...guestNotes(before?.kind === after.kind ? before : undefined, after),
        ...readyNotes(before, after),
      ];
}

export interface History {
  /** To be called with every state of every object. */
  see(object: Watched): void;
  objects(): readonly ObjectHistory[];
}

/** `elapsed` = milliseconds since the objects were applied. */
export function createHistory(elapsed: () => number): History {
  const seen = new Map<string, { readonly last: Watched; readonly entries: readonly HistoryEntry[] }>();
  return {
    see: (object) => {
      const known = seen.get(object.metadata.uid);
      if (known?.last === object) return;
      const notes = notesBetween(known?.last, object).map((note) => ({ atMs: elapsed(), ...note }));
      seen.set(object.metadata.uid, { last: object, entries: [...(known?.entries ?? []), ...notes] });
    },
    objects: () => [...seen.values()].map(({ last, entries }) => ({ kind: last.kind, name: last.metadata.name, entries })),
  };
}

/** The journal keeps the newest entries; two alike within a second are two actions. */
function newActions(before: readonly JournalEntry[], after: readonly JournalEntry[]): readonly JournalEntry[] {
  const known = before.map((entry) => JSON.stringify(entry));
  return after.filter((entry) => {
    const index = known.indexOf(JSON.stringify(entry));
    if (index === -1) return true;
    known.splice(index, 1);
    return false;
  });
}

function noteOfAction({ action, subject, result, detail }: JournalEntry): Note {
  return { what: action, detail: `${result === 'Failed' ? 'failed: ' : ''}${detail ?? subject}` };
}

function approvalNotes(before: SriovHost | undefined, status: SriovHost['status']): Note[] {
  const notes: Note[] = [];
  const waits = (of: SriovHost['status']): boolean => findCondition(of?.conditions, 'Ready')?.reason === 'ApprovalRequired';
  const { plan, approval } = status ?? {};
  if (waits(status) && !waits(before?.status)) {
    notes.push({ what: 'WaitsForApproval', detail: `plan ${plan?.hash}, ${restartsOf(plan?.restarts ?? 0)}` });
  }
  if (approval !== undefined && approval.hash !== before?.status?.approval?.hash) {
    notes.push({ what: 'Approved', detail: `plan ${approval.hash}, ${restartsOf(approval.restarts)} and no more` });
  }
  return notes;
}

function restartsOf(number: number): string {
  return number === 1 ? 'one restart' : `${number} restarts`;
}

function hostNotes(before: SriovHost | undefined, { status }: SriovHost): readonly Note[] {
  const notes = approvalNotes(before, status);
  const restart = status?.restarts?.last;
  if (restart?.state === 'Completed' && before?.status?.restarts?.last?.state === 'Requested') {
    notes.push({ what: 'Booted', detail: 'a new boot was seen: the restart is complete' });
  }
  const [was, is] = [before?.status?.vfs?.present, status?.vfs?.present];
  if (is !== undefined && is !== was) {
    notes.push({
      what: 'VirtualFunctions',
      detail: `${was === undefined ? 'found' : `${was} ->`} ${is} of ${status?.vfs?.desired} declared`,
    });
  }
  return notes;
}

/** What the guest shows: the Subnet Manager that it is, the link that it has. */
function guestNotes(before: SriovVmAttachment | undefined, { status }: SriovVmAttachment): readonly Note[] {
  const notes: Note[] = [];
  for (const type of ['SubnetManagerReady', 'LinkActive']) {
    const [was, is] = [findCondition(before?.status?.conditions, type), findCondition(status?.conditions, type)];
    if (is?.status === 'True' && was?.status !== 'True') notes.push({ what: type, detail: is.message });
  }
  return notes;
}

function attachmentNotes(before: SriovVmAttachment | undefined, { status }: SriovVmAttachment): readonly Note[] {
  const device = status?.device;
  if (device?.virtualFunction === undefined || device.virtualFunction === before?.status?.device?.virtualFunction) return [];
  const of = device.physicalFunction === undefined ? '' : ` of physical function ${device.physicalFunction}`;
  return [{ what: 'VirtualFunction', detail: `the guest has ${device.virtualFunction}${of}, MAC address ${device.macAddress}` }];
}

function readyNotes(before: Watched | undefined, after: Watched): readonly Note[] {
  const [was, is] = [findCondition(before?.status?.conditions, 'Ready'), findCondition(after.status?.conditions, 'Ready')];
  if (is?.status !== 'True' || was?.status === 'True') return [];
  return [{ what: 'Ready', detail: is.message }];
}
