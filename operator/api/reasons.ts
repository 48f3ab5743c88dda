/**
 * The one table of everything that a condition or an event can say. Conditions, events, docs/reasons.md and the mapping of
 * errors all come from it; a reason that is not here does not compile.
 */
import { ATTACHMENT_CARD_REASONS } from './reasons/attachmentCard.ts';
import { ATTACHMENT_GUEST_REASONS } from './reasons/attachmentGuest.ts';
import { ATTACHMENT_HOST_REASONS } from './reasons/attachmentHost.ts';
import { ATTACHMENT_NETWORK_REASONS } from './reasons/attachmentNetwork.ts';
import { ATTACHMENT_PLACEMENT_REASONS } from './reasons/attachmentPlacement.ts';
import { ATTACHMENT_POWER_ON_REASONS } from './reasons/attachmentPowerOn.ts';
import { ATTACHMENT_VM_REASONS } from './reasons/attachmentVm.ts';
import { COMMON_REASONS } from './reasons/common.ts';
import type { ReasonKind } from './reasons/conditionTypes.ts';
import type { ReasonEntry } from './reasons/entry.ts';
import { HOST_ACCESS_REASONS } from './reasons/hostAccess.ts';
import { HOST_ADAPTER_REASONS } from './reasons/hostAdapters.ts';
import { HOST_BIOS_REASONS } from './reasons/hostBios.ts';
import { HOST_FIRMWARE_REASONS } from './reasons/hostFirmware.ts';
import { HOST_OPERATION_REASONS } from './reasons/hostOperations.ts';
import { HOST_PROGRESS_REASONS } from './reasons/hostProgress.ts';
import { HOST_SAFETY_REASONS } from './reasons/hostSafety.ts';
import { HOST_SOFTWARE_REASONS } from './reasons/hostSoftware.ts';
import { HOST_VM_REASONS } from './reasons/hostVms.ts';
import { PHYSICAL_FUNCTION_REASONS } from './reasons/physicalFunctions.ts';

/** By theme, in the order of the documentation. A word that needs another remedy on each kind has one row for each. */
export const REASONS = [
  ...COMMON_REASONS,
  ...HOST_ACCESS_REASONS,
  ...HOST_PROGRESS_REASONS,
  ...HOST_OPERATION_REASONS,
  ...HOST_VM_REASONS,
  ...HOST_SOFTWARE_REASONS,
  ...HOST_BIOS_REASONS,
  ...HOST_ADAPTER_REASONS,
  ...HOST_FIRMWARE_REASONS,
  ...HOST_SAFETY_REASONS,
  ...PHYSICAL_FUNCTION_REASONS,
  ...ATTACHMENT_HOST_REASONS,
  ...ATTACHMENT_PLACEMENT_REASONS,
  ...ATTACHMENT_VM_REASONS,
  ...ATTACHMENT_NETWORK_REASONS,
  ...ATTACHMENT_CARD_REASONS,
  ...ATTACHMENT_GUEST_REASONS,
  ...ATTACHMENT_POWER_ON_REASONS,
] as const satisfies readonly ReasonEntry[];

type Row = (typeof REASONS)[number];
type ReasonOn<K extends ReasonKind, R = Row> = R extends { readonly kinds: readonly (infer Kinds)[]; readonly reason: infer Word }
  ? K extends Kinds
    ? Word
    : never
  : never;

export type HostReason = ReasonOn<'SriovHost'>;
export type AttachmentReason = ReasonOn<'SriovVmAttachment'>;
export type ReasonOf<K extends ReasonKind> = ReasonOn<K>;

const rows = new Map<string, ReasonEntry>(REASONS.flatMap((row) => row.kinds.map((kind) => [`${kind}/${row.reason}`, row] as const)));

/** The row of a reason on a kind. Throws on a word that is not in the table, which types make impossible. */
export function reasonEntry<K extends ReasonKind>(kind: K, reason: ReasonOf<K>): ReasonEntry {
  const row = rows.get(`${kind}/${reason}`);
  if (row === undefined) throw new Error(`reason ${reason} of ${kind} is not in api/reasons`);
  return row;
}

/** Whether Stalled is True for this reason: a timer cannot help, so the controller does not set one. */
export function stalls<K extends ReasonKind>(kind: K, reason: ReasonOf<K>): boolean {
  return reasonEntry(kind, reason).stalls === true;
}
