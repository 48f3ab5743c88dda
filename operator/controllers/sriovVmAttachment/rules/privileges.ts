/** Whether the vSphere user may carry a plan out: told before the VM loses its power, and not by a refusal after that. */
import type { Privilege } from '../../../ports/privileges.ts';
import type { AttachmentStep } from '../steps.ts';
import { type Block, block, type RuleInput } from './rule.ts';

/**
 * Looked at only where the VM is about to be changed. Not all of docs/security.md: what is only needed under conditions that the operator does not
 * see must not hold up what vSphere would accept.
 */
export function mayBeCarriedOut({ observation: { vm, network, lacking } }: RuleInput, steps: readonly AttachmentStep[]): Block | undefined {
  const wanted = new Set(steps.flatMap(privilegesOf));
  const missing = (lacking ?? []).filter((privilege) => wanted.has(privilege));
  if (!vm.known || missing.length === 0) return undefined;
  const portGroup = network.known ? network.value.name : '';
  const words = missing.map((privilege) =>
    privilege === 'Network.Assign' ? `${privilege} on port group ${portGroup}` : `${privilege} on VM ${vm.value.name}`,
  );
  return block('VspherePermissionDenied', `The vSphere user lacks ${words.join(', ')}; the VM was not touched.`);
}

function privilegesOf(step: AttachmentStep): readonly Privilege[] {
  switch (step.kind) {
    case 'ShutdownGuest':
    case 'PowerOffVm':
      // Who takes the power of a VM gives it back.
      return ['VirtualMachine.Interact.PowerOff', 'VirtualMachine.Interact.PowerOn'];
    case 'PowerOnVm':
      return ['VirtualMachine.Interact.PowerOn'];
    case 'RelocateVm':
      return ['Resource.ColdMigrate'];
    case 'ReconfigureVm': {
      const { add, remove, memory } = step.change;
      return [
        ...(add === undefined && remove === undefined ? [] : (['VirtualMachine.Config.AddRemoveDevice'] as const)),
        ...(add === undefined || 'kind' in add ? [] : (['Network.Assign'] as const)),
        ...(memory === undefined ? [] : (['VirtualMachine.Config.Resource'] as const)),
      ];
    }
    default:
      return [];
  }
}
