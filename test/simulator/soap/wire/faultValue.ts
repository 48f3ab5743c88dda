/** Faults of the inventory as vim25 values: in tasks, in property collector results, in the detail of a SOAP fault. */
import type { FaultField, SimFault } from '../../world/vmFault.ts';
import type { View } from '../objects/view.ts';
import { array, boolean, derived, type Fields, int, object, ref, string, type Value } from './values.ts';

/**
 * Where a task fault carries the text of the virtual machine monitor. It is documented nowhere, so a client has to look
 * everywhere and the simulator can put it anywhere.
 */
export type FaultStyle = 'localizedMessage' | 'faultMessage' | 'faultCause';

const POWER_ON_FAILED = "Module 'DevicePowerOn' power on failed. ";

/** Fields of a LocalizedMethodFault. */
export function faultFields(view: View, fault: SimFault, style: FaultStyle = 'localizedMessage'): Fields {
  if (fault.type !== 'GenericVmConfigFault' || style === 'localizedMessage') {
    return { fault: derived(fault.type, ownFields(view, fault)), localizedMessage: string(fault.message) };
  }
  const generic = { reason: string(POWER_ON_FAILED) };
  const base: Fields =
    style === 'faultMessage'
      ? {
          faultMessage: array('LocalizableMessage', [
            object('LocalizableMessage', { key: string('msg.vmx.poweron'), message: string(fault.message) }),
          ]),
        }
      : { faultCause: object('LocalizedMethodFault', faultFields(view, fault)) };
  return { fault: derived(fault.type, { ...base, ...generic }), localizedMessage: string(POWER_ON_FAILED) };
}

/** Fields of the fault object itself. */
export function ownFields(view: View, fault: SimFault): Fields {
  return Object.fromEntries(Object.entries(fault.fields).map(([name, field]) => [name, fieldValue(view, field)]));
}

function fieldValue(view: View, field: FaultField): Value | undefined {
  if (typeof field === 'string') {
    return string(field);
  }
  if (typeof field === 'number') {
    return int(field);
  }
  if (typeof field === 'boolean') {
    return boolean(field);
  }
  if ('hostId' in field) {
    const host = view.inventory.host(field.hostId);
    return host === undefined ? undefined : ref(view.naming.host(host));
  }
  if ('vmNumber' in field) {
    const vm = view.inventory.vm(field.vmNumber);
    return vm === undefined ? undefined : ref(view.naming.vm(vm));
  }
  return ref(field);
}
