/** What a look tells about the records: which to bring up to date, which are done with. Pure. */
import type { SriovCard, Vm } from '../../ports/vsphere.ts';
import { type AttachmentMemory, type DeviceRecord, forget, owesPowerOn } from './memory.ts';
import type { Observation } from './observation.ts';
import { isWhole } from './physicalFunction.ts';
import type { Plan } from './plan.ts';
import { forgetTakenBack } from './powerOnFailures.ts';

/** Before planning: the VM and the card as they are now; a VM that runs is not owed any power. */
export function bringUpToDate(memory: AttachmentMemory, { vm, card, network, physicalFunction }: Observation): AttachmentMemory {
  if (!vm.known) return memory;
  const { moRef, name, powerState } = vm.value;
  const portGroup = network.known ? network.value.name : memory.device?.portGroup;
  const whole = card.known && isWhole(vm.value, card.value);
  const device =
    card.known && card.value !== undefined
      ? {
          ...(whole ? functionOf(card.value) : deviceOf(card.value, vm.value, portGroup)),
          ...functionMacOf(card.value, memory, physicalFunction),
        }
      : memory.device;
  const current: AttachmentMemory = { ...memory, vm: { moRef, name, powerState }, ...(device === undefined ? {} : { device }) };
  const left = forgetTakenBack(current, card.known && card.value !== undefined, powerState === 'poweredOn');
  return powerState === 'poweredOn' ? withoutDebt(left) : left;
}

/** A guest that was asked to shut down may still do so; everything else is settled by the VM running. */
function withoutDebt(memory: AttachmentMemory): AttachmentMemory {
  const paid = memory.power?.requestedTime === undefined ? forget(memory, 'power') : memory;
  return paid.change?.powerOn === true ? { ...paid, change: { ...paid.change, powerOn: false } } : paid;
}

function deviceOf(card: SriovCard, vm: Vm, portGroup: string | undefined): DeviceRecord {
  return {
    key: card.key,
    macAddress: card.macAddress.toLowerCase(),
    ...(card.physicalFunction === undefined ? {} : { physicalFunction: card.physicalFunction }),
    // vSphere keeps the last one in the configuration of a VM that is off, where it means nothing.
    ...(card.virtualFunction === undefined || vm.powerState !== 'poweredOn' ? {} : { virtualFunction: card.virtualFunction }),
    ...(portGroup === undefined ? {} : { portGroup }),
  };
}

function functionOf({ key, physicalFunction }: SriovCard): DeviceRecord {
  return { kind: 'Physical', key, ...(physicalFunction === undefined ? {} : { physicalFunction }) };
}

/** What a PCI address cannot tell: which physical function it was when the card was last seen as declared. */
function functionMacOf(
  { physicalFunction: id }: SriovCard,
  { device }: AttachmentMemory,
  seen: Observation['physicalFunction'],
): Pick<DeviceRecord, 'physicalFunctionMacAddress'> {
  const now = seen.known && seen.value.id === id ? seen.value.macAddress : undefined;
  const macAddress = now ?? (device?.physicalFunction === id ? device?.physicalFunctionMacAddress : undefined);
  return macAddress === undefined ? {} : { physicalFunctionMacAddress: macAddress };
}

/** After planning: a change that is verified is over, and a request to shut down is once its time is up. */
export function close(
  memory: AttachmentMemory,
  { steps, blocked }: Plan,
  limits: { readonly guestHadMs: number; readonly timeoutSeconds: number },
): AttachmentMemory {
  const verified =
    steps.length === 0 && memory.device !== undefined && (blocked === undefined || blocked.reason === 'VirtualFunctionNotAssigned');
  if (!verified) return memory;
  if (!owesPowerOn(memory) || wasOff(memory)) return forget(memory, 'power', 'change', 'refused');
  const requested = memory.power?.requestedTime;
  const mayStillHappen = requested !== undefined && limits.guestHadMs < limits.timeoutSeconds * 1000;
  return mayStillHappen ? memory : forget(memory, 'power', 'change', 'refused');
}

/** A change that is in tells that the VM was off in the meantime: the guest has done what it was asked for. */
function wasOff({ change, device }: AttachmentMemory): boolean {
  return change !== undefined && change.cardsBefore?.includes(device?.key ?? -1) !== true;
}
