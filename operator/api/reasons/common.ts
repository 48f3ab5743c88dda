/** Reasons that mean the same on every kind. */
import type { ReasonEntry } from './entry.ts';

export const COMMON_REASONS = [
  {
    reason: 'Succeeded',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Ready',
    event: 'Normal',
    summary: 'Everything is as declared; nothing is left to do.',
    remedy: 'Nothing to do.',
  },
  {
    reason: 'AsDeclared',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Ready',
    event: 'None',
    summary: 'The part that this condition is about is as declared.',
    remedy: 'Nothing to do.',
  },
  {
    reason: 'Idle',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Reconciling',
    event: 'None',
    summary: 'The operator has nothing under way on this object.',
    remedy: 'Nothing to do; where Ready is not True, its reason says what is in the way.',
  },
  {
    reason: 'NotStalled',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Stalled',
    event: 'None',
    summary: 'Nothing stops the operator for good.',
    remedy: 'Nothing to do.',
  },
  {
    reason: 'NotYetKnown',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Ready',
    event: 'None',
    summary: 'The operator has not looked yet, or an earlier obstacle keeps it from seeing this part.',
    remedy: 'Look at the reason of Ready; this condition follows once that is solved.',
  },
  {
    reason: 'Working',
    kinds: ['SriovVmAttachment'],
    condition: 'Reconciling',
    event: 'None',
    summary: 'The operator is carrying out the plan in status.plan.',
    remedy: 'Wait; status.progress says what happens now.',
  },
  {
    reason: 'OnHold',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Reconciling',
    event: 'Normal',
    summary: 'The annotation sriov.esxi.io/hold is set: the operator observes and reports but changes nothing.',
    remedy: 'Remove the annotation sriov.esxi.io/hold when the operator may go on.',
  },
  {
    reason: 'InternalError',
    kinds: ['SriovHost', 'SriovVmAttachment'],
    condition: 'Reconciling',
    event: 'Warning',
    summary: 'The operator met an error that it does not know; it tries again with growing pauses.',
    remedy: 'Read the log of the operator for this object and report the error together with it.',
  },
] as const satisfies readonly ReasonEntry[];
