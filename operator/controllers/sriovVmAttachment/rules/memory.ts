/** Whether all memory of the VM can be reserved: told before the VM loses its power, and not by a refusal after that. */
import { type Block, block, type RuleInput } from './rule.ts';

/**
 * Looked at only where the memory is to be locked. What a running VM has reserved comes free when it is powered off. The overhead of the VM is
 * not known before, so a VM that fits by a hair may still be refused by vSphere.
 */
export function memoryReservable({ observation: { vm, reservable } }: RuleInput): Block | undefined {
  if (!vm.known || reservable === undefined) return undefined;
  const { name, memoryMB, memoryReservationMB, powerState } = vm.value;
  const { hostMB, poolMB } = reservable;
  if (hostMB !== undefined && memoryMB > hostMB) {
    return block(
      'InsufficientMemory',
      `VM ${name} has ${memoryMB} MB of memory, its host ${hostMB} MB; all memory of the VM must be reserved.`,
    );
  }
  const own = powerState === 'poweredOff' ? 0 : memoryReservationMB;
  if (poolMB === undefined || memoryMB <= poolMB + own) return undefined;
  return block(
    'InsufficientMemory',
    `All ${memoryMB} MB of VM ${name} must be reserved; its resource pool has ${poolMB} MB left to reserve, and the VM has ${own} MB of its own.`,
  );
}
