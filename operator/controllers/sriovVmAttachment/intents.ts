/** What must be written down before the first request of a plan, so that a crash cannot make the operator forget it. Pure. */
import { rfc3339 } from '../../api/conditions.ts';
import type { Vm } from '../../ports/vsphere.ts';
import type { AttachmentMemory, MemorySetting } from './memory.ts';
import type { AttachmentStep } from './steps.ts';

export interface IntentInput {
  readonly steps: readonly AttachmentStep[];
  readonly vm: Vm;
  readonly originalMemory: MemorySetting | undefined;
  readonly now: Date;
  /** A retry asks the guest anew, with the full time. */
  readonly retry: boolean;
}

export function intend(memory: AttachmentMemory, input: IntentInput): AttachmentMemory {
  const reconfigure = input.steps.find((step) => step.kind === 'ReconfigureVm');
  const power = intendedPower(memory, input);
  const exclude = input.steps.find((step) => step.kind === 'ExcludeFromDrs');
  return {
    ...memory,
    // What was found first is what is brought back.
    ...(exclude === undefined ? {} : { drsOverride: memory.drsOverride ?? { found: exclude.found } }),
    ...(reconfigure === undefined ? {} : intendedChange(memory, input, reconfigure)),
    ...(power === undefined ? {} : { power }),
  };
}

function intendedChange(
  memory: AttachmentMemory,
  { vm, originalMemory, now }: IntentInput,
  { change, powerOnLater }: Extract<AttachmentStep, { kind: 'ReconfigureVm' }>,
): Partial<AttachmentMemory> {
  const found = { memoryLockedToMax: vm.memoryLockedToMax, memoryReservationMB: vm.memoryReservationMB };
  const restore = memory.restore ?? originalMemory ?? found;
  return {
    change: {
      ...(change.add === undefined ? {} : { cardsBefore: keysOf('kind' in change.add ? (vm.passthrough ?? []) : vm.sriovCards) }),
      powerOn: powerOnLater,
      ...(change.add === undefined || change.remove === undefined ? {} : { replaces: true }),
      startedTime: memory.change?.startedTime ?? rfc3339(now),
    },
    ...(change.add === undefined && change.memory?.lock !== true ? {} : { restore }),
  };
}

/** Of the devices of the same kind as the new one. */
function keysOf(devices: readonly { readonly key: number }[]): number[] {
  return devices.map(({ key }) => key).sort((a, b) => a - b);
}

function intendedPower(memory: AttachmentMemory, { steps, now, retry }: IntentInput): AttachmentMemory['power'] {
  for (const { kind } of steps) {
    if (kind === 'PowerOffVm') return { poweredOffByUs: true };
    if (kind !== 'ShutdownGuest') continue;
    const before = retry ? undefined : memory.power?.requestedTime;
    return { poweredOffByUs: true, requestedTime: before ?? rfc3339(now) };
  }
  return undefined;
}
