/** What a power-on that vSphere refuses means for the VM: try again, or give it its former state back. Pure. */
import type { AttachmentReason } from '../../api/reasons.ts';
import type { PortError } from '../../ports/errors.ts';
import type { Because } from '../fact.ts';
import { type AttachmentMemory, forget } from './memory.ts';
import { MOMENTARY_FAULTS } from './momentaryFaults.ts';

/** Power-ons with the card in a row, before the operator stops: with the engine's growing pauses they take about a quarter of a minute. */
const MOST_POWER_ONS = 5;

/** Nothing that comes by itself helps here. */
const HOPELESS: ReadonlySet<AttachmentReason> = new Set<AttachmentReason>([
  'PassthroughNotActive',
  'PassthroughIdentityMismatch',
  'InterruptVectorsExhausted',
  'MmioTooSmall',
  'DevicePowerOnFailed',
]);

/** What status.refused.reason may hold. */
const KEPT: readonly AttachmentReason[] = [
  ...HOPELESS,
  'NoFreeVirtualFunction',
  'MemoryNotReserved',
  'InsufficientMemory',
  'PowerOnFailed',
];

interface Refusal {
  readonly generation: number;
  readonly error: PortError;
  readonly because: Because<AttachmentReason>;
}

/**
 * Counts a refusal. After the fifth, or at once where no waiting helps, the change is refused: a VM that ran before gets its new card taken out
 * again. A card that took the place of another is left in, since the other one could not be put back as it was.
 */
export function notePowerOnFailure(memory: AttachmentMemory, { generation, error, because }: Refusal): AttachmentMemory {
  if (memory.device === undefined && memory.change?.cardsBefore === undefined) return memory;
  if (!isVerdict(error) || !KEPT.includes(because.reason)) return memory;
  const before = memory.powerOnFailures?.generation === generation ? memory.powerOnFailures.count : 0;
  const counted = { ...memory, powerOnFailures: { generation, count: before + 1 } };
  if (before + 1 < MOST_POWER_ONS && !HOPELESS.has(because.reason)) return counted;
  const takeBack = memory.power?.poweredOffByUs === true && memory.change?.cardsBefore !== undefined && memory.change.replaces !== true;
  return { ...counted, refused: { generation, message: because.message, reason: because.reason, ...(takeBack ? { takeBack } : {}) } };
}

/** A VM that cannot be powered on in its state or in that of its host, such as maintenance mode, can be later. */
function isVerdict({ code, detail }: PortError): boolean {
  if (code !== 'VsphereTaskFailed' && code !== 'VsphereFault') return false;
  return detail['question'] === undefined && detail['fault'] !== 'InvalidState' && !MOMENTARY_FAULTS.has(detail['fault']);
}

/** A word from status, which anybody may have written. */
export function refusedReason(refused: NonNullable<AttachmentMemory['refused']>): AttachmentReason {
  return KEPT.find((reason) => reason === refused.reason) ?? 'ChangeRefused';
}

/** The VM runs as it did before: nothing is left of the change but why it was refused. */
export function forgetTakenBack(memory: AttachmentMemory, cardIsIn: boolean, running: boolean): AttachmentMemory {
  if (memory.refused?.takeBack !== true || cardIsIn) return memory;
  return running ? forget(memory, 'device', 'change') : forget(memory, 'device');
}
