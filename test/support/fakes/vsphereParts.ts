/** Parts of the vSphere server in memory: physical functions, SR-IOV cards and networks. */
import { PortError } from '../../../operator/ports/errors.ts';
import type {
  AddPassthroughDevice,
  NetworkBacking,
  PassthroughDevice,
  SriovCard,
  Vm,
  VmReconfigure,
  VsphereNetwork,
  VspherePhysicalFunction,
} from '../../../operator/ports/vsphere.ts';

const FIRST_CARD_KEY = 4000;

export function fakePhysicalFunction(id: string, present: number): VspherePhysicalFunction {
  const sriov = { enabled: true, active: present > 0, requested: present, present, max: 16 };
  return { id, deviceName: 'ConnectX-6', deviceIdHex: '101b', vendorId: 0x15b3, passthruActive: false, sriov };
}

export function fakeCard(key: number, more: Partial<SriovCard> = {}): SriovCard {
  return {
    key,
    label: `SR-IOV network adapter ${key - FIRST_CARD_KEY + 1}`,
    macAddress: `00:50:56:00:00:${(key % 256).toString(16).padStart(2, '0')}`,
    addressType: 'assigned',
    physicalFunction: undefined,
    automaticPhysicalFunction: false,
    virtualFunction: undefined,
    network: undefined,
    allowGuestMtuChange: undefined,
    ...more,
  };
}

/** As the server makes it: keys of removed cards are used again. */
export function newCard(vm: Pick<Vm, 'moRef' | 'changeVersion' | 'sriovCards'>, card: VmReconfigure['addSriovCards'][number]): SriovCard {
  const taken = new Set(vm.sriovCards.map(({ key }) => key));
  let key = FIRST_CARD_KEY;
  while (taken.has(key)) key += 1;
  return fakeCard(key, {
    macAddress:
      card.macAddress ??
      `00:50:56:80:${vm.moRef.replace(/\D/g, '').padStart(2, '0').slice(-2)}:${(Number(vm.changeVersion) % 256).toString(16).padStart(2, '0')}`,
    addressType: card.macAddress === undefined ? 'assigned' : 'manual',
    physicalFunction: card.physicalFunction.id,
    network: card.network,
    allowGuestMtuChange: card.allowGuestMtuChange,
  });
}

export function standardNetwork(name: string): VsphereNetwork {
  const backing: NetworkBacking = { kind: 'Standard', portGroup: name, networkMoRef: `network-${name}` };
  return { name, moRef: `network-${name}`, backing };
}

const FIRST_DEVICE_KEY = 13_000;

/** Keys of devices that are gone are used again. */
function newDevice(kept: readonly PassthroughDevice[], { physicalFunction }: AddPassthroughDevice, index: number): PassthroughDevice {
  const taken = new Set(kept.map(({ key }) => key));
  let key = FIRST_DEVICE_KEY + index;
  while (taken.has(key)) key += 1;
  return { key, label: `PCI device ${key - FIRST_DEVICE_KEY}`, physicalFunction: physicalFunction.id };
}

/** Whole functions in and out of a VM. */
export function changeDevices(
  vm: { passthrough?: Vm['passthrough']; passthroughDevices?: number },
  { addPassthroughDevices: added = [], removeDeviceKeys }: VmReconfigure,
): void {
  const before = vm.passthrough ?? [];
  const kept = before.filter(({ key }) => !removeDeviceKeys.includes(key));
  vm.passthrough = [...kept, ...added.map((device, index) => newDevice(kept, device, index))];
  vm.passthroughDevices = (vm.passthroughDevices ?? 0) - (before.length - kept.length) + added.length;
}

/** The failure of a task. */
export function taskFailed(message: string, detail: Readonly<Record<string, string | boolean>> = {}): PortError {
  return new PortError('VsphereTaskFailed', message, { detail });
}
