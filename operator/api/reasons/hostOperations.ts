/** SriovHost: taking turns, drift, and the way back to what was found. */
import type { ReasonEntry } from './entry.ts';

export const HOST_OPERATION_REASONS = [
  {
    reason: 'WaitingForPermit',
    kinds: ['SriovHost'],
    condition: 'Reconciling',
    event: 'Normal',
    summary:
      'The host could go on, but as many hosts as may be unavailable at the same time are in maintenance mode or restarting through the operator.',
    remedy:
      'Wait; it goes on by itself. Where the message names a host that is stuck, its own conditions say how it gets on; docs/rollout.md tells how a permit becomes free.',
  },
  {
    reason: 'Drifted',
    kinds: ['SriovHost'],
    condition: 'Ready',
    event: 'Warning',
    summary: 'The host was Ready, the spec is the same, and something on the host is different now. status.drift lists each field.',
    remedy:
      'Find out who changed it: a person, a host profile or a vLCM image. The operator repairs it as far as spec.disruption allows; to keep the change, put it into the spec.',
  },
  {
    reason: 'Restored',
    kinds: ['SriovHost'],
    condition: 'Ready',
    event: 'Normal',
    summary:
      'The annotation sriov.esxi.io/restore is set: firmware parameters and driver options are as they were found in status.snapshot, and the operator leaves them so.',
    remedy: 'Remove the annotation sriov.esxi.io/restore when the host shall be configured as declared again.',
  },
] as const satisfies readonly ReasonEntry[];
