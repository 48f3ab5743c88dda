/** Devices of a VM as `config.hardware.device` shows them. */
import type { SimNetwork } from '../../world/inventoryNetworks.ts';
import { AUTOMATIC_PREFIX, type CardNetwork, type PciBacking, type SriovCard, type VmDevice } from '../../world/vmDevices.ts';
import { array, boolean, derived, type Fields, int, object, optional, ref, short, string, type Value } from '../wire/values.ts';
import type { Naming } from './naming.ts';

export interface DeviceSurroundings {
  readonly naming: Naming;
  readonly running: boolean;
  resolveNetwork(network: CardNetwork): SimNetwork | undefined;
}

export function virtualDevices(devices: readonly VmDevice[], around: DeviceSurroundings): Value {
  return array(
    'VirtualDevice',
    devices.map((device) => virtualDevice(device, around)),
  );
}

function virtualDevice(device: VmDevice, around: DeviceSurroundings): Value {
  switch (device.kind) {
    case 'Other':
      return derived(device.typeName, deviceFields(device, {}));
    case 'Passthrough':
      return derived('VirtualPCIPassthrough', deviceFields(device, { backing: pciBacking(device.backing, 'derived') }));
    case 'Vmxnet3':
      return derived('VirtualVmxnet3', cardFields(device, around));
    case 'Sriov':
      return derived('VirtualSriovEthernetCard', {
        ...cardFields(device, around),
        allowGuestOSMtuChange: optional(device.allowGuestOsMtuChange, boolean),
        sriovBacking: sriovBacking(device),
      });
  }
}

function deviceFields(
  device: VmDevice,
  parts: { readonly summary?: string; readonly backing?: Value; readonly connectable?: Value },
): Fields {
  return {
    key: int(device.key),
    deviceInfo: object('Description', { label: string(device.label), summary: string(parts.summary ?? device.label) }),
    backing: parts.backing,
    connectable: parts.connectable,
    controllerKey: optional(device.controllerKey, int),
    unitNumber: optional(device.unitNumber, int),
  };
}

function cardFields(card: Exclude<VmDevice, { kind: 'Other' | 'Passthrough' }>, around: DeviceSurroundings): Fields {
  const { network } = card;
  return {
    ...deviceFields(card, {
      summary: network.kind === 'Standard' ? network.portGroup : `DVSwitch: ${network.switchUuid}`,
      backing: networkBacking(network, around),
      connectable: object('VirtualDeviceConnectInfo', {
        startConnected: boolean(true),
        allowGuestControl: boolean(true),
        connected: boolean(around.running),
        status: string('untried'),
      }),
    }),
    addressType: string(card.addressType),
    macAddress: string(card.macAddress),
    wakeOnLanEnabled: boolean(true),
  };
}

function networkBacking(network: CardNetwork, around: DeviceSurroundings): Value {
  if (network.kind === 'Distributed') {
    return derived('VirtualEthernetCardDistributedVirtualPortBackingInfo', {
      port: object('DistributedVirtualSwitchPortConnection', {
        switchUuid: string(network.switchUuid),
        portgroupKey: string(network.portgroupKey),
      }),
    });
  }
  return derived('VirtualEthernetCardNetworkBackingInfo', {
    deviceName: string(network.portGroup),
    useAutoDetect: boolean(false),
    network: optional(around.resolveNetwork(network), (found) => ref(around.naming.network(found))),
  });
}

function sriovBacking(card: SriovCard): Value {
  const assigned = card.virtualFunction ?? card.hint;
  return object('VirtualSriovEthernetCardSriovBackingInfo', {
    physicalFunctionBacking: pciBacking(card.physicalFunction, 'declared'),
    virtualFunctionBacking: optional(assigned, (id) =>
      pciBacking({ ...card.physicalFunction, id: id.replace(AUTOMATIC_PREFIX, '') }, 'declared'),
    ),
  });
}

function pciBacking(backing: PciBacking, place: 'declared' | 'derived'): Value {
  const make = place === 'derived' ? derived : object;
  return make('VirtualPCIPassthroughDeviceBackingInfo', {
    deviceName: string(backing.deviceName),
    id: string(backing.id),
    deviceId: string(backing.deviceId),
    systemId: string(backing.systemId),
    vendorId: short(backing.vendorId),
  });
}
