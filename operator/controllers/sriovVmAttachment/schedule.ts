/** When to look at an attachment again. Pure, apart from the errors that say "back off" and "never on a timer". */
import { type AttachmentReason, stalls } from '../../api/reasons.ts';
import { type ReconcileResult, TerminalError } from '../../engine/types.ts';
import type { PortError } from '../../ports/errors.ts';
import type { Because } from '../fact.ts';
import type { Plan } from './plan.ts';

export interface Intervals {
  /** Between two looks for drift while everything is as declared, in milliseconds. */
  readonly recheckMs: number;
  /** Between two looks while something is waited for that no watch reports. */
  readonly waitingMs: number;
  /** Between two looks while a guest shuts down or other attachments of the VM are awaited. */
  readonly powerPollMs: number;
  /** Longest wait for a power state within one reconcile. */
  readonly powerWaitMs: number;
}

export const DEFAULT_INTERVALS: Intervals = { recheckMs: 300_000, waitingMs: 30_000, powerPollMs: 5_000, powerWaitMs: 20_000 };

export interface Ending {
  readonly plan: Plan;
  readonly held: boolean;
  /** The guest is still shutting down. */
  readonly waiting: boolean;
  /** A step that failed, with its error. */
  readonly failure: (Because<AttachmentReason> & { readonly error: unknown }) | undefined;
  /** A look that failed. */
  readonly unseen: PortError | undefined;
}

/** Throws a TerminalError where only a change helps, and the error itself where the world failed us: the engine backs off. */
export function nextLook({ plan, held, waiting, failure, unseen }: Ending, intervals: Intervals, random: () => number): ReconcileResult {
  const because = failure ?? plan.blocked;
  if (because !== undefined && stalls('SriovVmAttachment', because.reason)) {
    throw new TerminalError(`${because.reason}: ${because.message}`, { cause: failure?.error ?? unseen });
  }
  if (failure !== undefined) throw failure.error;
  if (unseen !== undefined && !isMatterOfPeople(unseen)) throw unseen;
  const soon =
    waiting || plan.blocked?.reason === 'WaitingForOtherAttachments' || (!held && plan.blocked === undefined && plan.steps.length > 0);
  if (soon) return after(intervals.powerPollMs, random);
  return after(plan.blocked === undefined ? intervals.recheckMs : intervals.waitingMs, random);
}

/** A missing Secret is no error of the operator or the server: it is waited for. */
function isMatterOfPeople({ code }: PortError): boolean {
  return code === 'SecretNotFound' || code === 'SecretKeyMissing';
}

/** Spread by a tenth each way, so that a restarted operator does not ask everything at once for ever. */
function after(ms: number, random: () => number): ReconcileResult {
  return { kind: 'requeueAfter', ms: Math.round(ms * (0.9 + 0.2 * random())) };
}
