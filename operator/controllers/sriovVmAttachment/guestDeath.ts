/**
 * A VM that goes off soon after its power-on. Pure.
 *
 * A host without interrupt vectors lets the guest "shut down unexpectedly without any error messages" (vSphere Networking, GUID-880A9270):
 * no task fails, and only log files tell. What the API tells is that the VM is off and whether its last shutdown was an orderly one
 * (VirtualMachineRuntimeInfo.cleanPowerOff).
 */
import { rfc3339 } from '../../api/conditions.ts';
import type { Vm } from '../../ports/vsphere.ts';
import { type AttachmentMemory, forget, owesPowerOn } from './memory.ts';
import type { Observation } from './observation.ts';
import { type Block, block, type RuleInput } from './rules/rule.ts';

/** Later than this nobody can tell a guest that died from one that somebody switched off. */
export const DEATH_WINDOW_SECONDS = 600;

/** Takes note of a VM that is off although it was powered on a moment ago, and forgets it once the VM runs. */
export function noteDeath(memory: AttachmentMemory, observation: Observation, now: Date): AttachmentMemory {
  const { vm } = observation;
  if (!vm.known) return memory;
  if (vm.value.powerState === 'poweredOn') return memory.died === undefined ? memory : forget(memory, 'died');
  if (memory.died !== undefined || !diedOf(memory, vm.value) || isOurDoing(observation)) return memory;
  const afterSeconds = Math.round((now.getTime() - Date.parse(memory.poweredOn?.time ?? '')) / 1000);
  // Also not a time that lies ahead, after a clock was set back.
  const soon = afterSeconds >= 0 && afterSeconds <= DEATH_WINDOW_SECONDS;
  return soon ? { ...memory, died: { afterSeconds, time: rfc3339(now) } } : memory;
}

function diedOf(memory: AttachmentMemory, vm: Vm): boolean {
  return memory.poweredOn !== undefined && !owesPowerOn(memory) && vm.powerState === 'poweredOff' && vm.cleanPowerOff !== true;
}

/** The operator itself has it off: for another attachment of the VM, or for a restart of the host. */
function isOurDoing({ pendingSiblings, host, vsphereHost }: Observation): boolean {
  const forHost = host.known && (host.value.status?.poweredOffVms ?? []).length > 0;
  return pendingSiblings.length > 0 || forHost || (vsphereHost.known && vsphereHost.value.inMaintenanceMode);
}

/** Looked at only while the VM is off and has its card. */
export function guestDied({ memory, observation: { vm } }: RuleInput): Block | undefined {
  if (memory.died === undefined || !vm.known) return undefined;
  const orderly = vm.value.cleanPowerOff === false ? 'without an orderly shutdown' : 'and vSphere does not tell whether in an orderly way';
  return block(
    'GuestDiedAfterPowerOn',
    `VM ${vm.value.name} was powered on by the operator and found off ${memory.died.afterSeconds} s later, ${orderly}. The vSphere API tells no cause; one is that the host ran out of interrupt vectors.`,
  );
}

/** A retry powers the VM on once more. */
export function retryDeath(memory: AttachmentMemory): AttachmentMemory {
  if (memory.died === undefined) return memory;
  const startedTime = memory.change?.startedTime ?? memory.died.time;
  return { ...forget(memory, 'died', 'poweredOn'), change: { ...memory.change, powerOn: true, startedTime } };
}
