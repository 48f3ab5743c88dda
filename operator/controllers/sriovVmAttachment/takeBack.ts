/** The plan for a VM that does not power on with its new card: the card comes out again, and the VM runs as it did before. Pure. */
import { removalOf } from './need.ts';
import type { Plan } from './plan.ts';
import { refusedReason } from './powerOnFailures.ts';
import { HOST_CHANGE_RULES } from './rules/host.ts';
import { block, firstBlock, type RuleInput } from './rules/rule.ts';
import { VM_CHANGE_RULES } from './rules/vm.ts';
import type { AttachmentStep } from './steps.ts';

/** Undefined where there is nothing to take back, or nothing to take it back from. */
export function planTakeBack(input: RuleInput): Plan | undefined {
  const { memory, observation } = input;
  const { vm, card, failure } = observation;
  if (memory.refused?.takeBack !== true || failure !== undefined) return undefined;
  if (!vm.known || !card.known || card.value === undefined || vm.value.powerState !== 'poweredOff') return undefined;
  const change = removalOf(vm.value, card.value, memory);
  if (change === undefined) return undefined;
  const because = 'powerOnRefused';
  const steps: AttachmentStep[] = [
    { kind: 'ReconfigureVm', because, change, powerOnLater: true },
    { kind: 'PowerOnVm', because },
  ];
  const refused = block(refusedReason(memory.refused), memory.refused.message);
  const blocked = firstBlock([...HOST_CHANGE_RULES, ...VM_CHANGE_RULES], input);
  const obstacles = blocked === undefined ? [refused] : [refused, blocked];
  return { steps, blocked, obstacles, drift: [], leftBehind: undefined };
}
