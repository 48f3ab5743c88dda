/** What a failed step means to users. Pure. */

import { ATTACHMENT_REASON_OF_ERROR } from '../../api/reasons/portErrorReasons.ts';
import type { AttachmentReason } from '../../api/reasons.ts';
import type { PortError } from '../../ports/errors.ts';
import type { Because } from '../fact.ts';
import { INTERNAL_ERROR } from '../internalError.ts';
import type { StepKind } from './steps.ts';

/** By the situation that vsphere/faultTexts.ts reads out of a fault's text. */
const POWER_ON_REASON_OF_SITUATION: ReadonlyMap<unknown, AttachmentReason> = new Map<unknown, AttachmentReason>([
  ['MemoryNotReserved', 'MemoryNotReserved'],
  ['PassthroughIdentityMismatch', 'PassthroughIdentityMismatch'],
  ['PassthroughNotActive', 'PassthroughNotActive'],
  ['InterruptVectorsExhausted', 'InterruptVectorsExhausted'],
  ['MmioTooSmall', 'MmioTooSmall'],
  ['DevicePowerOnFailed', 'DevicePowerOnFailed'],
]);

/** Text of a power-on without a free virtual function (Broadcom KB 309346); the class of the fault is not documented. */
const NO_FUNCTION = /No SR-IOV virtual function \(VF\) is available for given physical function/i;
/** Fault types of vim25: InsufficientMemoryResourcesFault and others. */
const NO_MEMORY = /InsufficientMemory|InsufficientHostMemoryCapacity|InsufficientFailoverResources/i;

export function failureReason(step: StepKind, error: unknown): Because<AttachmentReason> {
  const message = messageOf(error);
  const code = codeOf(error);
  if (code === undefined) return { reason: 'InternalError', message };
  // The VM is there, or an earlier look would have said so: a port group or another part of the change is not.
  if (code === 'VsphereObjectNotFound' && step === 'ReconfigureVm') return { reason: 'ReconfigureFailed', message };
  if (code !== 'VsphereTaskFailed' && code !== 'VsphereFault') return { reason: ATTACHMENT_REASON_OF_ERROR[code], message };
  const { detail } = error as PortError;
  if (detail['question'] !== undefined) return { reason: 'VmHasQuestion', message };
  if (detail['noVirtualFunction'] === true || NO_FUNCTION.test(message)) return { reason: 'NoFreeVirtualFunction', message };
  const known = step === 'PowerOnVm' ? POWER_ON_REASON_OF_SITUATION.get(detail['situation']) : undefined;
  if (known !== undefined) return { reason: known, message };
  if (NO_MEMORY.test(`${message} ${String(detail['fault'] ?? '')}`)) return { reason: 'InsufficientMemory', message };
  if (step === 'PowerOnVm') return { reason: 'PowerOnFailed', message };
  if (step === 'RelocateVm') return { reason: 'RelocationFailed', message };
  return { reason: step === 'ReconfigureVm' ? 'ReconfigureFailed' : 'VsphereFault', message };
}

/** Port errors carry messages that are fit for users; others may hold anything. */
export function messageOf(error: unknown): string {
  return codeOf(error) === undefined ? INTERNAL_ERROR : (error as PortError).message;
}

function codeOf(error: unknown): PortError['code'] | undefined {
  return error instanceof Error && error.name === 'PortError' ? (error as PortError).code : undefined;
}

/** A missing Secret is no failure of the operator or of a server: it is known, and waited for. */
export function isMatterOfPeople({ code }: PortError): boolean {
  return code === 'SecretNotFound' || code === 'SecretKeyMissing';
}
