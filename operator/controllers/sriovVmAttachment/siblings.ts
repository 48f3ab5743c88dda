/**
 * Other attachments of the same VM. Pure.
 *
 * A VM with several virtual functions has several attachments; powering it on between two of them would cost one power-off for each, or,
 * with powerPolicy.powerOff Never, keep the later ones waiting for ever.
 */
import { findCondition } from '../../api/conditions.ts';
import { ANNOTATIONS, ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { SriovVmAttachment } from '../../api/types.ts';
import type { Vm } from '../../ports/vsphere.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import { precedes } from './accounting.ts';
import type { MemorySetting } from './memory.ts';
import type { Observation } from './observation.ts';
import { mayMean } from './selector.ts';

/** Reasons of Reconciling that mean: is changing the VM, tries again at once, or only waits for somebody to power it off. */
const PENDING: ReadonlySet<string> = new Set([
  'Working',
  'PoweringOff',
  'Detaching',
  'PowerOffNotAllowed',
  'CardDrifted',
  'MemoryNotReserved',
  'VmChangedMeanwhile',
]);

/** Obstacles of the SriovHost that go away for all attachments at once; a watch wakes each of them then. */
const WAITS_FOR_HOST: ReadonlySet<string> = new Set([
  'HostNotFound',
  'HostNotReady',
  'HostObserveOnly',
  'HostInMaintenance',
  // Of the same VM: the host is open for it, or this one would not look at it.
  'VmNotAllowed',
  'PassthroughPending',
  'HostDetached',
  'SecretNotFound',
  'SecretKeyMissing',
]);

/** Longest time for which a VM stays off for the sake of its other attachments. */
export const SIBLING_PATIENCE_MS = 60_000;

/** One that has not looked yet counts by its selector, which may be another than this one's. */
export function siblingsOf(
  attachment: SriovVmAttachment,
  vm: Pick<Vm, 'moRef' | 'name' | 'instanceUuid'>,
  all: readonly SriovVmAttachment[],
): readonly SriovVmAttachment[] {
  return all.filter(
    (other) =>
      keyOf(other) !== keyOf(attachment) &&
      hostKeyOf(other) === hostKeyOf(attachment) &&
      (other.status?.vm === undefined ? mayMean(other.spec.vm, { ...vm, names: [vm.name] }) : other.status.vm.moRef === vm.moRef),
  );
}

/** True where the attachment is about to change the VM, or only waits for it to be off. */
export function isPending(sibling: SriovVmAttachment): boolean {
  const { metadata, status } = sibling;
  if (metadata.annotations?.[ANNOTATIONS.hold] !== undefined) return false;
  if (metadata.deletionTimestamp !== undefined && !metadata.finalizers?.includes(ATTACHMENT_FINALIZER)) return false;
  if (status?.observedGeneration !== metadata.generation) return true;
  const reconciling = findCondition(status.conditions, 'Reconciling');
  if (reconciling?.status !== 'True') return false;
  return PENDING.has(reconciling.reason) || waitsForItsTurn(sibling);
}

/** It has no card yet and lets those go first that are older. One that has its card and waits with the power-on is not pending. */
function waitsForItsTurn({ status }: SriovVmAttachment): boolean {
  return status?.device === undefined && findCondition(status?.conditions, 'Reconciling')?.reason === 'WaitingForOtherAttachments';
}

/**
 * Siblings that were created before the attachment and are about to add their cards: they go first, so that the cards of a VM come in the order
 * in which their attachments were created. Not those that wait for somebody else to power the VM off, which may be what this one does.
 */
export function earlierOf(attachment: SriovVmAttachment, pending: readonly SriovVmAttachment[]): Observation['earlierSiblings'] {
  return pending
    .filter((other) => other.metadata.deletionTimestamp === undefined && other.status?.device === undefined && precedes(other, attachment))
    .filter(({ status }) => findCondition(status?.conditions, 'Reconciling')?.reason !== 'PowerOffNotAllowed')
    .map((other) => ({ key: keyOf(other), created: other.metadata.creationTimestamp ?? '' }))
    .sort((one, other) => (one.key < other.key ? -1 : 1));
}

/**
 * True where the attachment waited for the SriovHost, which is there by now: it has only not looked again yet. A host and the attachments
 * of one of its VMs are often declared together, and then all of them get going at the same moment.
 */
export function isAboutToLook({ metadata, status }: SriovVmAttachment, hostIsThere: boolean): boolean {
  if (!hostIsThere || metadata.annotations?.[ANNOTATIONS.hold] !== undefined || metadata.deletionTimestamp !== undefined) return false;
  // One that first waited for older attachments tells so in Ready, and only Reconciling tells of the host.
  return (['Ready', 'Reconciling'] as const).some((type) => WAITS_FOR_HOST.has(findCondition(status?.conditions, type)?.reason ?? ''));
}

/** The setting that was found before the first of them locked the memory: the last one to leave restores it. */
export function originalMemoryOf(siblings: readonly SriovVmAttachment[]): MemorySetting | undefined {
  const recorded = siblings.filter((sibling) => sibling.status?.restore !== undefined);
  return recorded.sort((a, b) => (precedes(a, b) ? -1 : 1))[0]?.status?.restore;
}
