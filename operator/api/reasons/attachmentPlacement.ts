/** SriovVmAttachment: moving the VM to the host whose function it is to get. */
import type { ReasonEntry } from './entry.ts';

export const ATTACHMENT_PLACEMENT_REASONS = [
  {
    reason: 'DatastoreNotReachable',
    kinds: ['SriovVmAttachment'],
    condition: 'VmFound',
    event: 'Warning',
    summary: 'The VM may be moved, but the host does not reach the datastores with its files; the message names them.',
    remedy: 'Mount the datastores on the host, or migrate the files of the VM to storage that both hosts share.',
  },
  {
    reason: 'RelocationFailed',
    kinds: ['SriovVmAttachment'],
    condition: 'VmFound',
    event: 'Warning',
    summary: 'vSphere refused to move the VM to the host, or gave up moving it; the message repeats its reason.',
    remedy:
      'Remove the reason, for example a port group that the host does not have, and set the annotation retry; or move the VM yourself.',
  },
  {
    reason: 'Relocating',
    kinds: ['SriovVmAttachment'],
    condition: 'Reconciling',
    event: 'Normal',
    summary: 'The VM was moved to the host, as spec.relocation allows.',
    remedy: 'Nothing to do.',
  },
] as const satisfies readonly ReasonEntry[];
