/** What must hold of the VM. */
import type { Vm } from '../../../ports/vsphere.ts';
import { roomForCard } from './limits.ts';
import { vmOnHost } from './relocation.ts';
import { type Block, block, type Rule, type RuleInput, unknownBlocks } from './rule.ts';

/** SR-IOV cards need the compatibility of ESXi 5.5 (vSphere Networking 6.5, page 154). */
const OLDEST_HARDWARE = 10;

/** Always looked at, also while nothing has to change. */
export const VM_RULES: readonly Rule[] = [
  // Exactly one VM fits.
  function vmFound({ observation }) {
    return unknownBlocks(observation.vm);
  },
  // The host is open for it, or was and is not any more.
  function vmAllowed({ observation }) {
    return observation.vmRefused;
  },
  // A virtual function belongs to the host that has it.
  vmOnHost,
  // Nobody can be attached to a template.
  onVm((vm) => (vm.template ? block('VmIsTemplate', `${vm.name} is a template.`) : undefined)),
  // A VM that vSphere cannot reach shows stale properties.
  onVm((vm) =>
    vm.connectionState === 'connected' ? undefined : block('VmNotConnected', `vSphere reports VM ${vm.name} as ${vm.connectionState}.`),
  ),
];

/** Looked at only when the VM has to be changed. */
export const VM_CHANGE_RULES: readonly Rule[] = [
  // Neither reconfiguration nor power-off is possible.
  onVm((vm) =>
    vm.powerState === 'suspended'
      ? block('VmSuspended', `VM ${vm.name} is suspended, which a VM with a function of an adapter cannot be.`)
      : undefined,
  ),
  // A pending question blocks every power operation.
  onVm((vm) => (vm.question === undefined ? undefined : block('VmHasQuestion', `VM ${vm.name} asks: ${vm.question}`))),
];

/** Looked at only when a card has to be added. */
export const VM_ADD_RULES: readonly Rule[] = [
  // vSphere offers no snapshots together with SR-IOV.
  onVm((vm) =>
    vm.hasSnapshot ? block('VmHasSnapshot', `VM ${vm.name} has snapshots, which a VM with an SR-IOV card cannot have.`) : undefined,
  ),
  // Older virtual hardware does not know the card; a version in another form is left to vSphere to judge.
  onVm((vm) => {
    const version = /^vmx-(\d+)$/.exec(vm.hardwareVersion)?.[1];
    if (version === undefined || Number(version) >= OLDEST_HARDWARE) return undefined;
    return block(
      'HardwareVersionTooOld',
      `VM ${vm.name} has virtual hardware ${vm.hardwareVersion}; SR-IOV cards begin with vmx-${OLDEST_HARDWARE}.`,
    );
  }),
  // vSphere limits network cards and passthrough devices of a VM.
  roomForCard,
];

function onVm(check: (vm: Vm) => Block | undefined): Rule {
  return ({ observation: { vm } }: RuleInput) => (vm.known ? check(vm.value) : undefined);
}
