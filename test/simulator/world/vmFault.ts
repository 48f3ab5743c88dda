/**
 * A vSphere fault as the simulated inventory raises it: type name, fields in wire order and the English text of a real server.
 * Texts come from the vSphere SDK's own catalogue or from the KB articles named beside them; no client may branch on the former.
 */

/** A managed object in a fault field; the SOAP side turns it into the reference that its endpoint uses. */
export type FaultSubject = { readonly vmNumber: number } | { readonly hostId: string };
/** A reference in the terms of the endpoint that raises the fault. */
export interface FaultReference {
  readonly type: string;
  readonly value: string;
}
export type FaultField = string | number | boolean | FaultSubject | FaultReference;

/** Thrown by every operation of the inventory that vSphere would refuse. */
export class SimFault extends Error {
  override readonly name = 'SimFault';
  readonly type: string;
  /** In wire order. */
  readonly fields: Readonly<Record<string, FaultField>>;

  constructor(type: string, message: string, fields: Readonly<Record<string, FaultField>> = {}) {
    super(message);
    this.type = type;
    this.fields = fields;
  }
}

const STATE_TEXT = { poweredOn: 'Powered on', poweredOff: 'Powered off', suspended: 'Suspended' } as const;
export type SimPowerState = keyof typeof STATE_TEXT;

export function invalidPowerState(requested: SimPowerState, existing: SimPowerState): SimFault {
  return new SimFault('InvalidPowerState', `The attempted operation cannot be performed in the current state (${STATE_TEXT[existing]}).`, {
    requestedState: requested,
    existingState: existing,
  });
}

export function invalidState(): SimFault {
  return new SimFault('InvalidState', 'The operation is not allowed in the current state.');
}

export function taskInProgress(): SimFault {
  return new SimFault('TaskInProgress', 'Another task is already in progress.');
}

export function concurrentAccess(): SimFault {
  return new SimFault('ConcurrentAccess', 'Cannot complete operation due to concurrent modification by another operation.');
}

export function hostNotConnected(): SimFault {
  return new SimFault('HostNotConnected', 'Unable to communicate with the remote host, since it is disconnected.');
}

/** A fault of the InvalidDeviceSpec family: about one device change of a reconfigure. */
export function deviceFault(type: string, message: string, deviceIndex: number, more?: Readonly<Record<string, FaultField>>): SimFault {
  return new SimFault(type, message, { property: 'virtualDeviceSpec.device', deviceIndex, ...more });
}

export function invalidDeviceSpec(deviceIndex: number): SimFault {
  return deviceFault('InvalidDeviceSpec', `Invalid configuration for device '${deviceIndex}'.`, deviceIndex);
}

export function invalidDeviceBacking(deviceIndex: number): SimFault {
  return deviceFault('InvalidDeviceBacking', `Incompatible device backing specified for device '${deviceIndex}'.`, deviceIndex);
}

/** A refusal of the virtual machine monitor at power-on; the class that carries it on a real server is not documented, only the text. */
export function powerOnRefused(message: string): SimFault {
  return new SimFault('GenericVmConfigFault', message, { reason: message });
}
