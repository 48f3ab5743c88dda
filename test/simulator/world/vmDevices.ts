/** Virtual devices of a simulated VM: what is stored, and the hardware every new VM starts with. */

/** A network as a card names it in its backing. */
export type CardNetwork =
  | { readonly kind: 'Standard'; readonly portGroup: string }
  | { readonly kind: 'Distributed'; readonly portgroupKey: string; readonly switchUuid: string };

/** `VirtualPCIPassthroughDeviceBackingInfo` as the client sent it. Only `id` counts for a SR-IOV card. */
export interface PciBacking {
  readonly id: string;
  readonly deviceName: string;
  /** Hexadecimal text, for example `101d`. */
  readonly deviceId: string;
  readonly systemId: string;
  readonly vendorId: number;
}

interface DeviceBase {
  readonly key: number;
  readonly label: string;
  readonly controllerKey: number | undefined;
  readonly unitNumber: number | undefined;
}

interface CardBase extends DeviceBase {
  readonly network: CardNetwork;
  readonly macAddress: string;
  readonly addressType: string;
}

export interface OtherDevice extends DeviceBase {
  readonly kind: 'Other';
  /** vim type, for example `VirtualPCIController`. */
  readonly typeName: string;
}

export interface Vmxnet3Card extends CardBase {
  readonly kind: 'Vmxnet3';
}

export interface SriovCard extends CardBase {
  readonly kind: 'Sriov';
  readonly allowGuestOsMtuChange: boolean | undefined;
  readonly physicalFunction: PciBacking;
  /** True for `Automatic-...`: the host picks the physical function at power-on. */
  readonly automatic: boolean;
  /** A virtual function of the physical function that the client would like; a wish, not a promise. */
  readonly hint: string | undefined;
  /** Assigned at power-on, given back at power-off. */
  readonly virtualFunction: string | undefined;
}

export interface PassthroughDevice extends DeviceBase {
  readonly kind: 'Passthrough';
  readonly backing: PciBacking;
}

export type VmDevice = OtherDevice | Vmxnet3Card | SriovCard | PassthroughDevice;

/** What vSphere calls an automatically chosen physical function in `physicalFunctionBacking.id`. */
export const AUTOMATIC_PREFIX = 'Automatic-';
export const AUTOMATIC_UNRESOLVED = `${AUTOMATIC_PREFIX}0000:00:00.0`;

const OTHER_HARDWARE: readonly (readonly [number, string, string, number | undefined])[] = [
  [200, 'VirtualIDEController', 'IDE 0', undefined],
  [100, 'VirtualPCIController', 'PCI controller 0', undefined],
  [500, 'VirtualMachineVideoCard', 'Video card', 100],
  [1000, 'ParaVirtualSCSIController', 'SCSI controller 0', 100],
];

/** Controllers and the like, without network cards. */
export function standardHardware(): readonly VmDevice[] {
  return OTHER_HARDWARE.map(([key, typeName, label, controllerKey], index) => ({
    kind: 'Other',
    key,
    typeName,
    label,
    controllerKey,
    unitNumber: controllerKey === undefined ? undefined : index,
  }));
}

export function isCard(device: VmDevice): device is Vmxnet3Card | SriovCard {
  return device.kind === 'Vmxnet3' || device.kind === 'Sriov';
}

/** True for devices that need all guest memory reserved, since they reach it by DMA. */
export function needsReservedMemory(device: VmDevice): boolean {
  return device.kind === 'Sriov' || device.kind === 'Passthrough';
}

/** The first key from `first` on that no device has. */
export function freeKey(devices: readonly VmDevice[], first: number): number {
  const used = new Set(devices.map((device) => device.key));
  let key = first;
  while (used.has(key)) {
    key += 1;
  }
  return key;
}
