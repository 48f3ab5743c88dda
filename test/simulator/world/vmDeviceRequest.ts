/** What a reconfigure asks of one device, and the surroundings it is checked against. */
import type { SimPhysicalFunction } from './contract.ts';
import type { SimVm } from './vm.ts';
import type { CardNetwork, PciBacking } from './vmDevices.ts';

/** What a client asks of one device; undefined = not in the request. */
export interface DeviceRequest {
  readonly kind: 'Sriov' | 'Vmxnet3' | 'Passthrough' | 'Other';
  readonly key: number;
  readonly network: CardNetwork | undefined;
  readonly macAddress: string | undefined;
  readonly addressType: string | undefined;
  readonly allowGuestOsMtuChange: boolean | undefined;
  /** `sriovBacking` was there, with or without a physical function; without is illegal in a reconfigure. */
  readonly sriovBackingGiven: boolean;
  /** `sriovBacking.physicalFunctionBacking`, or the backing of a whole function. */
  readonly physicalFunction: PciBacking | undefined;
  readonly virtualFunctionHint: string | undefined;
}

export interface DeviceChange {
  readonly operation: 'add' | 'edit' | 'remove';
  readonly device: DeviceRequest;
}

/** The surroundings that a change is checked against. */
export interface ReconfigureHost {
  readonly physicalFunctions: readonly SimPhysicalFunction[];
  hasNetwork(network: CardNetwork): boolean;
  /** What this server calls MAC addresses it chose: `assigned` by a vCenter, `generated` by a host. */
  readonly ownAddressType: 'assigned' | 'generated';
  readonly hotPlugFault: 'DeviceHotPlugNotSupported' | 'InvalidPowerState';
}

export interface DeviceChangeContext {
  readonly vm: SimVm;
  readonly index: number;
  readonly host: ReconfigureHost;
}
