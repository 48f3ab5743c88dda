/** When to look at an attachment again. Pure. */
import { type AttachmentReason, stalls } from '../../api/reasons.ts';
import type { PortError } from '../../ports/errors.ts';
import type { Because } from '../fact.ts';
import { isMatterOfPeople } from './failures.ts';
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
  /** How long a step may take before status tells that it goes on; default 2 s. */
  readonly tellAfterMs?: number;
}

export const DEFAULT_INTERVALS: Intervals = { recheckMs: 300_000, waitingMs: 30_000, powerPollMs: 5_000, powerWaitMs: 20_000 };

export interface Ending {
  readonly plan: Plan;
  readonly held: boolean;
  /** The guest is still shutting down. */
  readonly waiting: boolean;
  /** A step that failed, with its error. */
  readonly failure: (Because<AttachmentReason> & { readonly error: unknown }) | undefined;
  /** The new card of a VM that does not power on comes out again at the next look. */
  readonly takesBack?: boolean;
  /** The link of the guest is not Active yet, which nobody tells. */
  readonly linkPending?: boolean;
  /** A look that failed. */
  readonly unseen: PortError | undefined;
}

/** `Stalled`: never on a timer, only a change helps. `Failed`: the world failed us, so back off. */
export type NextLook =
  | { readonly kind: 'After'; readonly ms: number }
  | { readonly kind: 'Stalled'; readonly message: string; readonly cause: unknown }
  | { readonly kind: 'Failed'; readonly error: unknown };

/** `random` is a number in [0, 1). */
export function nextLook(
  { plan, held, waiting, failure, takesBack = false, linkPending = false, unseen }: Ending,
  intervals: Intervals,
  random: number,
): NextLook {
  const because = failure ?? plan.blocked;
  if (takesBack && !held) return { kind: 'After', ms: jittered(intervals.powerPollMs, random) };
  // Somebody may power the VM on, which nobody else than vSphere knows.
  if (because?.reason === 'GuestDiedAfterPowerOn') return { kind: 'After', ms: jittered(intervals.recheckMs, random) };
  // Nobody tells of a right that is granted, and asking for it disturbs nothing.
  if (failure === undefined && unseen === undefined && because?.reason === 'VspherePermissionDenied') {
    return { kind: 'After', ms: jittered(intervals.recheckMs, random) };
  }
  if (because !== undefined && stalls('SriovVmAttachment', because.reason)) {
    return { kind: 'Stalled', message: `${because.reason}: ${because.message}`, cause: failure?.error ?? unseen };
  }
  if (failure !== undefined) return { kind: 'Failed', error: failure.error };
  if (unseen !== undefined && !isMatterOfPeople(unseen)) return { kind: 'Failed', error: unseen };
  const soon =
    waiting ||
    plan.blocked?.reason === 'WaitingForOtherAttachments' ||
    plan.blocked?.reason === 'SubnetManagerStarting' ||
    (!held && plan.blocked === undefined && plan.steps.length > 0);
  const late = plan.blocked === undefined && !linkPending ? intervals.recheckMs : intervals.waitingMs;
  return { kind: 'After', ms: jittered(soon ? intervals.powerPollMs : late, random) };
}

/** Spread by a tenth each way, so that a restarted operator does not ask everything at once for ever. */
function jittered(ms: number, random: number): number {
  return Math.round(ms * (0.9 + 0.2 * random));
}
