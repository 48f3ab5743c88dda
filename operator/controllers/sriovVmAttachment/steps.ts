/** Steps as data: what can be done for an attachment, each with the rule that asks for it. Pure. */
import type { PlanStep } from '../../api/types.ts';
import type { NetworkBacking, VspherePhysicalFunction } from '../../ports/vsphere.ts';
import type { MemorySetting } from './memory.ts';

export interface NewCard {
  readonly physicalFunction: VspherePhysicalFunction;
  readonly network: NetworkBacking;
  readonly portGroup: string;
  readonly macAddress: string | undefined;
  readonly allowGuestMtuChange: boolean | undefined;
}

/** One ReconfigVM_Task: every field that is undefined is left as it is. */
export interface VmChange {
  readonly add: NewCard | undefined;
  readonly remove: { readonly key: number; readonly macAddress: string } | undefined;
  readonly memory: { readonly lock: true } | { readonly lock: false; readonly restore: MemorySetting } | undefined;
}

export type AttachmentStep =
  | { readonly kind: 'AddFinalizer'; readonly because: string }
  | { readonly kind: 'ShutdownGuest'; readonly because: string; readonly timeoutSeconds: number }
  | { readonly kind: 'PowerOffVm'; readonly because: string }
  /** Never carried out: what the plan waits for where no power-off is allowed. */
  | { readonly kind: 'AwaitPowerOff'; readonly because: string }
  /** `powerOnLater`: the VM is owed its power once the change is in; written down before the first request. */
  | { readonly kind: 'ReconfigureVm'; readonly because: string; readonly change: VmChange; readonly powerOnLater: boolean }
  | { readonly kind: 'PowerOnVm'; readonly because: string }
  | { readonly kind: 'RemoveFinalizer'; readonly because: string };

export type StepKind = AttachmentStep['kind'];

const DISRUPTION: Readonly<Record<StepKind, PlanStep['disruption']>> = {
  AddFinalizer: 'None',
  ShutdownGuest: 'VmPowerOff',
  PowerOffVm: 'VmPowerOff',
  AwaitPowerOff: 'None',
  ReconfigureVm: 'None',
  PowerOnVm: 'None',
  RemoveFinalizer: 'None',
};

/** The step in words. */
export function describe(step: AttachmentStep): string {
  switch (step.kind) {
    case 'AddFinalizer':
      return 'make sure that the card comes out of the VM before this object goes';
    case 'ShutdownGuest':
      return `ask the guest to shut down, and wait for at most ${step.timeoutSeconds} s`;
    case 'PowerOffVm':
      return 'power the VM off';
    case 'AwaitPowerOff':
      return 'wait until somebody powers the VM off (spec.powerPolicy.powerOff is Never)';
    case 'ReconfigureVm':
      return describeChange(step.change);
    case 'PowerOnVm':
      return 'power the VM on';
    case 'RemoveFinalizer':
      return 'let the object go';
    default:
      return step satisfies never;
  }
}

function describeChange({ add, remove, memory }: VmChange): string {
  const parts = [
    remove === undefined ? '' : `remove the card ${remove.macAddress} (device ${remove.key})`,
    add === undefined ? '' : describeCard(add),
    memory === undefined ? '' : describeMemory(memory),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function describeCard({ physicalFunction, portGroup, macAddress, allowGuestMtuChange }: NewCard): string {
  const mac = macAddress === undefined ? 'a MAC address that vSphere chooses' : `MAC address ${macAddress}`;
  const mtu = allowGuestMtuChange === undefined ? '' : `, guest MTU change ${allowGuestMtuChange ? 'allowed' : 'not allowed'}`;
  return `add an SR-IOV card on physical function ${physicalFunction.id}, port group ${portGroup}, ${mac}${mtu}`;
}

function describeMemory(memory: NonNullable<VmChange['memory']>): string {
  if (memory.lock) return 'reserve and lock all memory';
  return `set the memory reservation back to ${memory.restore.memoryReservationMB} MB, not locked`;
}

export function toPlanStep(step: AttachmentStep, vmName: string): PlanStep {
  return {
    kind: step.kind,
    subject: subjectOf(step, vmName),
    description: describe(step).slice(0, 2048),
    because: step.because,
    disruption: DISRUPTION[step.kind],
  };
}

/** What the step acts on, for status, journal and events. */
export function subjectOf(step: AttachmentStep, vmName: string): string {
  return step.kind === 'AddFinalizer' || step.kind === 'RemoveFinalizer' ? 'attachment' : `vm/${vmName}`;
}

export function powersOff(step: AttachmentStep): boolean {
  return DISRUPTION[step.kind] === 'VmPowerOff';
}
