/** Steps as data: what can be done for an attachment, each with the rule that asks for it. Pure. */
import type { PlanStep } from '../../api/types.ts';
import type { NetworkBacking, VspherePhysicalFunction } from '../../ports/vsphere.ts';
import { describeGuestStep, type GuestStep } from './guest/steps.ts';
import type { DrsRecord, MemorySetting } from './memory.ts';

export interface NewCard {
  readonly physicalFunction: VspherePhysicalFunction;
  readonly network: NetworkBacking;
  readonly portGroup: string;
  readonly macAddress: string | undefined;
  readonly allowGuestMtuChange: boolean | undefined;
}

/** A whole physical function, as a device without network. */
export interface NewFunction {
  readonly kind: 'Physical';
  readonly physicalFunction: VspherePhysicalFunction;
}

/** One ReconfigVM_Task: every field that is undefined is left as it is. */
export interface VmChange {
  readonly add: NewCard | NewFunction | undefined;
  /** `physicalFunction`: of a whole physical function, which has no MAC address in vSphere. */
  readonly remove: { readonly key: number; readonly macAddress: string; readonly physicalFunction?: string } | undefined;
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
  /** Of a VM that is off. */
  | { readonly kind: 'RelocateVm'; readonly because: string; readonly hostMoRef: string; readonly hostName: string }
  | { readonly kind: 'ExcludeFromDrs'; readonly because: string; readonly cluster: string; readonly found: DrsRecord['found'] }
  | { readonly kind: 'RestoreDrs'; readonly because: string; readonly level: DrsRecord['found'] }
  | { readonly kind: 'PowerOnVm'; readonly because: string }
  | { readonly kind: 'RemoveFinalizer'; readonly because: string }
  | GuestStep;

export type StepKind = AttachmentStep['kind'];

const DISRUPTION: Readonly<Record<StepKind, PlanStep['disruption']>> = {
  AddFinalizer: 'None',
  ShutdownGuest: 'VmPowerOff',
  PowerOffVm: 'VmPowerOff',
  AwaitPowerOff: 'None',
  ReconfigureVm: 'None',
  RelocateVm: 'None',
  ExcludeFromDrs: 'None',
  RestoreDrs: 'None',
  PowerOnVm: 'None',
  RemoveFinalizer: 'None',
  ConfigureSubnetManager: 'None',
  InstallSubnetManagerService: 'None',
  StartSubnetManager: 'None',
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
    case 'RelocateVm':
      return `move the VM to ${step.hostName} while it is off; its card is added there`;
    case 'ExcludeFromDrs':
      return `take the VM out of DRS in cluster ${step.cluster}, by an override of its own`;
    case 'RestoreDrs':
      return step.level === 'None' ? 'take the DRS override of the VM away' : `set the DRS override of the VM back to ${step.level}`;
    case 'PowerOnVm':
      return 'power the VM on';
    case 'RemoveFinalizer':
      return 'let the object go';
    case 'ConfigureSubnetManager':
    case 'InstallSubnetManagerService':
    case 'StartSubnetManager':
      return describeGuestStep(step);
    default:
      return step satisfies never;
  }
}

function describeChange({ add, remove, memory }: VmChange): string {
  const parts = [
    remove === undefined ? '' : describeRemoval(remove),
    add === undefined ? '' : 'kind' in add ? `add the physical function ${add.physicalFunction.id} as a whole` : describeCard(add),
    memory === undefined ? '' : describeMemory(memory),
  ];
  return parts.filter((part) => part !== '').join('; ');
}

function describeRemoval({ key, macAddress, physicalFunction }: NonNullable<VmChange['remove']>): string {
  const what = physicalFunction === undefined ? `the card ${macAddress}` : `the physical function ${physicalFunction}`;
  return `remove ${what} (device ${key})`;
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
