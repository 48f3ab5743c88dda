/** What is worth knowing and holds nothing up. Pure. */
import { type AttachmentReason, reasonEntry } from '../../api/reasons.ts';
import type { SriovVmAttachmentSpec, SriovVmAttachmentStatus } from '../../api/types.ts';
import type { NetworkStatus } from './networkStatus.ts';
import type { AttachmentStep } from './steps.ts';

type Warning = NonNullable<SriovVmAttachmentStatus['warnings']>[number];

/** What every switch carries without being asked. */
const USUAL_MTU = 1500;

export interface WarningInput {
  readonly spec: SriovVmAttachmentSpec;
  readonly network: NetworkStatus | undefined;
  readonly steps: readonly AttachmentStep[];
}

export function warningsOf({ spec, network, steps }: WarningInput): readonly Warning[] {
  return [...switchMtu(spec, network), ...steps.flatMap(replacement)];
}

function switchMtu({ guestMtuChange }: SriovVmAttachmentSpec, network: NetworkStatus | undefined): readonly Warning[] {
  if (guestMtuChange !== true || network?.mtu === undefined || network.mtu > USUAL_MTU) return [];
  const seen = `The guest may change its MTU, and the switch of port group ${network.portGroup} has an MTU of ${network.mtu}.`;
  return [warning('SwitchMtuTooSmall', seen)];
}

/** One card goes and another one comes: vSphere places it, and the guest sees new hardware. */
function replacement(step: AttachmentStep): readonly Warning[] {
  if (step.kind !== 'ReconfigureVm' || step.change.remove === undefined || step.change.add === undefined) return [];
  // A whole physical function is at the PCI address that the VM gives it, as before.
  if ('kind' in step.change.add) return [];
  const { macAddress } = step.change.add;
  const address = macAddress === undefined ? 'a MAC address that vSphere chooses anew' : `MAC address ${macAddress}`;
  const seen = `Card ${step.change.remove.macAddress} is replaced by a new device with ${address}: the guest may find it at another PCI address, under another interface name.`;
  return [warning('GuestTopologyWillChange', seen)];
}

function warning(reason: AttachmentReason, seen: string): Warning {
  return { reason, message: `${seen} ${reasonEntry('SriovVmAttachment', reason).remedy}` };
}
