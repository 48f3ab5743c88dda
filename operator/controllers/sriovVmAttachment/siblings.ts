/**
 * Other attachments of the same VM. Pure.
 *
 * A VM with several virtual functions has several attachments; powering it on between two of them would cost one power-off for each, or,
 * with powerPolicy.powerOff Never, keep the later ones waiting for ever.
 */
import { findCondition } from '../../api/conditions.ts';
import { ANNOTATIONS, ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { SriovVmAttachment } from '../../api/types.ts';
import { precedes } from './accounting.ts';
import type { MemorySetting } from './memory.ts';
import { hostKeyOf, keyOf } from './names.ts';

/** Reasons of Reconciling that mean: is changing the VM, or only waits for somebody to power it off. */
const PENDING: ReadonlySet<string> = new Set([
  'Working',
  'PoweringOff',
  'Detaching',
  'PowerOffNotAllowed',
  'CardDrifted',
  'MemoryNotReserved',
]);

/** Obstacles of the SriovHost that go away for all attachments at once; a watch wakes each of them then. */
const WAITS_FOR_HOST: ReadonlySet<string> = new Set([
  'HostNotFound',
  'HostNotReady',
  'HostObserveOnly',
  'SecretNotFound',
  'SecretKeyMissing',
]);

/** Longest time for which a VM stays off for the sake of its other attachments. */
export const SIBLING_PATIENCE_MS = 60_000;

export function siblingsOf(
  attachment: SriovVmAttachment,
  vmMoRef: string,
  all: readonly SriovVmAttachment[],
): readonly SriovVmAttachment[] {
  return all.filter(
    (other) =>
      keyOf(other) !== keyOf(attachment) &&
      hostKeyOf(other) === hostKeyOf(attachment) &&
      (other.status?.vm === undefined ? sameSelector(other, attachment) : other.status.vm.moRef === vmMoRef),
  );
}

function sameSelector(one: SriovVmAttachment, other: SriovVmAttachment): boolean {
  const [a, b] = [one.spec.vm, other.spec.vm];
  return a.name === b.name && a.inventoryPath === b.inventoryPath && a.instanceUuid === b.instanceUuid && a.moRef === b.moRef;
}

/** True where the attachment is about to change the VM, or only waits for it to be off. */
export function isPending(sibling: SriovVmAttachment): boolean {
  const { metadata, status } = sibling;
  if (metadata.annotations?.[ANNOTATIONS.hold] !== undefined) return false;
  if (metadata.deletionTimestamp !== undefined && !metadata.finalizers?.includes(ATTACHMENT_FINALIZER)) return false;
  if (status?.observedGeneration !== metadata.generation) return true;
  const reconciling = findCondition(status.conditions, 'Reconciling');
  return reconciling?.status === 'True' && PENDING.has(reconciling.reason);
}

/**
 * True where the attachment waited for the SriovHost, which is there by now: it has only not looked again yet. A host and the attachments
 * of one of its VMs are often declared together, and then all of them get going at the same moment.
 */
export function isAboutToLook({ metadata, status }: SriovVmAttachment, hostIsThere: boolean): boolean {
  if (!hostIsThere || metadata.annotations?.[ANNOTATIONS.hold] !== undefined || metadata.deletionTimestamp !== undefined) return false;
  return WAITS_FOR_HOST.has(findCondition(status?.conditions, 'Ready')?.reason ?? '');
}

/** The setting that was found before the first of them locked the memory: the last one to leave restores it. */
export function originalMemoryOf(siblings: readonly SriovVmAttachment[]): MemorySetting | undefined {
  const recorded = siblings.filter((sibling) => sibling.status?.restore !== undefined);
  return recorded.sort((a, b) => (precedes(a, b) ? -1 : 1))[0]?.status?.restore;
}
