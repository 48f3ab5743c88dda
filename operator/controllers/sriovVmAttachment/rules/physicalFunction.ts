/** What must hold before a VM gets a whole physical function. */
import { roomForDevice } from './limits.ts';
import { block, type Rule, unknownBlocks } from './rule.ts';

/** Fixed passthrough devices came with virtual hardware 7 (ESXi 4.0). */
const OLDEST_HARDWARE = 7;

/** Always looked at; a physical function has no port group. */
export const FUNCTION_RULES: readonly Rule[] = [
  // The operator can tell its own device from all others.
  function deviceIdentified({ observation }) {
    return unknownBlocks(observation.card);
  },
];

/** Looked at only when the device has to be added. */
export const FUNCTION_ADD_RULES: readonly Rule[] = [
  // Who has the function is known.
  function holdersKnown({ observation }) {
    return unknownBlocks(observation.accounting);
  },
  // vSphere would add the device to two VMs, and the second would not power on.
  function functionNotTaken({ observation: { accounting, physicalFunction } }) {
    if (!accounting.known || !physicalFunction.known || accounting.value.holders.length === 0) return undefined;
    return block(
      'PhysicalFunctionTaken',
      `Physical function ${physicalFunction.value.id} is taken by: ${accounting.value.holders.slice(0, 8).join(', ')}.`,
    );
  },
];

/** Of the VM, when the device has to be added. */
export const FUNCTION_VM_RULES: readonly Rule[] = [
  // vSphere offers no snapshots together with passthrough.
  function noSnapshots({ observation: { vm } }) {
    return vm.known && vm.value.hasSnapshot ? block('VmHasSnapshot', `VM ${vm.value.name} has snapshots.`) : undefined;
  },
  // Older virtual hardware has no such device; a version in another form is left to vSphere to judge.
  function hardwareKnowsPassthrough({ observation: { vm } }) {
    const version = vm.known ? /^vmx-(\d+)$/.exec(vm.value.hardwareVersion)?.[1] : undefined;
    if (!vm.known || version === undefined || Number(version) >= OLDEST_HARDWARE) return undefined;
    return block('HardwareVersionTooOld', `VM ${vm.value.name} has virtual hardware ${vm.value.hardwareVersion}.`);
  },
  // vSphere limits the passthrough devices of a VM.
  roomForDevice,
];
