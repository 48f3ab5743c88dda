/** VMs on a host as rules see them: what keeps each in its place, and how it may be shut down. Pure. */
import type { SriovHostStatus, SriovVmAttachment, SriovVmAttachmentSpec } from '../../api/types.ts';
import type { DrsLevel, EvacuationFacts, Vm, VmPowerState } from '../../ports/vsphere.ts';
import { keyOf } from '../names.ts';

/** A VM that the operator shut down, or asked to go, and whose power it owes. */
export type PoweredOffVm = NonNullable<SriovHostStatus['poweredOffVms']>[number];
export type RemainingVm = NonNullable<NonNullable<SriovHostStatus['maintenance']>['remainingVms']>[number];

export interface HostVms {
  readonly running: readonly ObservedVm[];
  /** Of the VMs in status.poweredOffVms, by managed object reference. */
  readonly recorded: Readonly<Record<string, VmPowerState | 'Gone'>>;
}

export interface ObservedVm {
  readonly moRef: string;
  readonly name: string;
  readonly toolsRunning: boolean;
  /** Why DRS does not move it; undefined: it does. */
  readonly stays: string | undefined;
  /** Why it cannot be shut down either, whatever is allowed. */
  readonly stuck: string | undefined;
  readonly policy: VmPowerPolicy;
}

export interface VmPowerPolicy {
  readonly powerOff: SriovVmAttachmentSpec['powerPolicy']['powerOff'];
  readonly timeoutSeconds: number;
  /** `namespace/name` of the SriovVmAttachment that says so; undefined: spec.disruption does. */
  readonly attachment: string | undefined;
}

export function observedVm(vm: Vm, facts: EvacuationFacts, policy: VmPowerPolicy): ObservedVm {
  const { moRef, name, toolsRunning } = vm;
  const stuck = whyStuck(vm);
  return { moRef, name, toolsRunning, stays: stuck ?? whyItStays(vm, facts), stuck, policy };
}

function whyStuck({ question, connectionState }: Vm): string | undefined {
  if (question !== undefined) return `waits for an answer to a question (${question})`;
  return connectionState === 'connected' ? undefined : `is ${connectionState}`;
}

/** No vMotion with SR-IOV and passthrough devices (vSphere Networking guide, SR-IOV); only fully automated DRS moves unasked. */
function whyItStays(vm: Vm, { cluster, drs, otherHosts, levelOfVm }: EvacuationFacts): string | undefined {
  if (vm.sriovCards.length > 0) return 'has an SR-IOV network adapter, which vMotion cannot move';
  if ((vm.passthroughDevices ?? 0) > 0) return 'has a passthrough device, which vMotion cannot move';
  if (cluster === undefined) return 'cannot move: the host is in no cluster, or spec.vsphere is not the vCenter';
  if (otherHosts === 0) return `cannot move: cluster ${cluster} has no other usable host`;
  const level = drs === 'Off' ? 'Off' : (levelOfVm[vm.moRef] ?? drs);
  return level === 'FullyAutomated' ? undefined : `is not moved: ${LEVEL_WORDS[level]} in cluster ${cluster}`;
}

const LEVEL_WORDS: Readonly<Record<Exclude<DrsLevel, 'FullyAutomated'>, string>> = {
  Off: 'DRS is off for it',
  Manual: 'DRS only recommends for it (manual)',
  PartiallyAutomated: 'DRS only recommends for it (partially automated)',
};

/** From careful to rough: of several attachments of one VM the most careful counts. */
const CAREFUL_FIRST = ['Never', 'GuestShutdown', 'GuestShutdownThenPowerOff', 'PowerOff'] as const;

/** The powerPolicy of its SriovVmAttachment wins over the host's. `attachments` are those of this host. */
export function powerPolicyOf(
  vm: Pick<Vm, 'moRef' | 'name' | 'instanceUuid'>,
  attachments: readonly SriovVmAttachment[],
  timeoutSeconds: number,
): VmPowerPolicy {
  const own = attachments
    .filter((attachment) => isAbout(attachment, vm))
    .map((attachment) => ({ ...attachment.spec.powerPolicy, attachment: keyOf(attachment) }))
    .sort((a, b) => CAREFUL_FIRST.indexOf(a.powerOff) - CAREFUL_FIRST.indexOf(b.powerOff) || (a.attachment < b.attachment ? -1 : 1));
  const [first] = own;
  if (first === undefined) return { powerOff: 'GuestShutdownThenPowerOff', timeoutSeconds, attachment: undefined };
  return { powerOff: first.powerOff, timeoutSeconds: first.timeoutSeconds, attachment: first.attachment };
}

function isAbout({ spec, status }: SriovVmAttachment, { moRef, name, instanceUuid }: Pick<Vm, 'moRef' | 'name' | 'instanceUuid'>): boolean {
  if (status?.vm !== undefined) return status.vm.moRef === moRef;
  const { vm } = spec;
  return (
    vm.moRef === moRef ||
    vm.name === name ||
    vm.instanceUuid?.toLowerCase() === instanceUuid.toLowerCase() ||
    vm.inventoryPath?.endsWith(`/${name}`) === true
  );
}
