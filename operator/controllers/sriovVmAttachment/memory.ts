/** What the operator must not forget between two looks at an attachment, kept in the object's own status. Pure. */
import type { JournalEntry, SriovVmAttachment, SriovVmAttachmentStatus } from '../../api/types.ts';

export type DeviceRecord = NonNullable<SriovVmAttachmentStatus['device']>;
export type DrsRecord = NonNullable<SriovVmAttachmentStatus['drsOverride']>;
export type MemorySetting = NonNullable<SriovVmAttachmentStatus['restore']>;

export type AttachmentMemory = Pick<
  SriovVmAttachmentStatus,
  | 'device'
  | 'restore'
  | 'power'
  | 'change'
  | 'refused'
  | 'vm'
  | 'drsOverride'
  | 'powerOnFailures'
  | 'poweredOn'
  | 'died'
  | 'subnetManager'
  | 'link'
> & {
  /** Newest last. */
  readonly journal: readonly JournalEntry[];
};

const JOURNAL_LENGTH = 20;

export function readMemory(attachment: SriovVmAttachment): AttachmentMemory {
  const {
    device,
    restore,
    power,
    change,
    refused,
    vm,
    drsOverride,
    powerOnFailures,
    poweredOn,
    died,
    subnetManager,
    link,
    journal = [],
  } = attachment.status ?? {};
  return {
    ...(device === undefined ? {} : { device }),
    ...(restore === undefined ? {} : { restore }),
    ...(power === undefined ? {} : { power }),
    ...(change === undefined ? {} : { change }),
    // A new generation may ask for something that vSphere accepts.
    ...(refused === undefined || refused.generation !== attachment.metadata.generation ? {} : { refused }),
    ...(vm === undefined ? {} : { vm }),
    ...(drsOverride === undefined ? {} : { drsOverride }),
    ...(powerOnFailures === undefined ? {} : { powerOnFailures }),
    ...(poweredOn === undefined ? {} : { poweredOn }),
    ...(died === undefined ? {} : { died }),
    ...(subnetManager === undefined ? {} : { subnetManager }),
    ...(link === undefined ? {} : { link }),
    journal,
  };
}

/** The parts of status that are memory; the rest is recomputed from what is seen. */
export function writeMemory(memory: AttachmentMemory): Partial<SriovVmAttachmentStatus> {
  const { journal, ...rest } = memory;
  return { ...rest, ...(journal.length === 0 ? {} : { journal }) };
}

export function forget(memory: AttachmentMemory, ...fields: readonly (keyof Omit<AttachmentMemory, 'journal'>)[]): AttachmentMemory {
  return Object.fromEntries(Object.entries(memory).filter(([name]) => !fields.some((field) => field === name))) as AttachmentMemory;
}

export function remember(memory: AttachmentMemory, entry: JournalEntry): AttachmentMemory {
  return { ...memory, journal: [...memory.journal, entry].slice(-JOURNAL_LENGTH) };
}

/** True once the operator may have changed the VM: the intent is written before the first request. */
export function hasTouchedVm(memory: AttachmentMemory): boolean {
  return (
    memory.device !== undefined ||
    memory.drsOverride !== undefined ||
    memory.change !== undefined ||
    memory.restore !== undefined ||
    memory.power !== undefined
  );
}

/** True while the VM has to be powered on for our sake, even after a crash. */
export function owesPowerOn(memory: AttachmentMemory): boolean {
  return memory.power?.poweredOffByUs === true || memory.change?.powerOn === true;
}
