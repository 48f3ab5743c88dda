/** An inventory with one host whose physical functions the test sets: no firmware, no boot, no protocol. */
import { ManualClock } from '../../../simulator/world/clock.ts';
import type { SimHostView, SimPhysicalFunction } from '../../../simulator/world/contract.ts';
import { Inventory, type InventoryOptions } from '../../../simulator/world/inventory.ts';
import type { DeviceRequest } from '../../../simulator/world/vmDeviceRequest.ts';
import { SimFault } from '../../../simulator/world/vmFault.ts';

export const PF0 = '0000:3b:00.0';
export const PF1 = '0000:3b:00.1';
export const SYSTEM_UUID = '5e8f9f3e-9a1b-4b52-0000-3cecef000000';

export class PlainHost implements SimHostView {
  readonly id: string = 'host-1';
  readonly name = 'esx-01';
  readonly address = '127.0.0.1';
  readonly version = '7.0.3';
  readonly build = '24784741';
  readonly systemUuid = SYSTEM_UUID;
  readonly username = 'root';
  readonly password = 'VMware1!';
  readonly bootTime = new Date(0);
  up = true;
  maintenanceMode = false;
  physicalFunctions: readonly SimPhysicalFunction[] = [physicalFunction(PF0, 2), physicalFunction(PF1, 1)];

  enterMaintenanceMode(): Promise<boolean> {
    this.maintenanceMode = true;
    return Promise.resolve(true);
  }

  exitMaintenanceMode(): void {
    this.maintenanceMode = false;
  }

  reboot(): void {
    this.up = false;
  }

  onChange(): () => void {
    return () => undefined;
  }
}

export function physicalFunction(address: string, vfs: number): SimPhysicalFunction {
  const own = address.slice(0, -1);
  return {
    address,
    vendorId: 0x15b3,
    deviceId: 0x101d,
    deviceName: 'MT2892 Family [ConnectX-6 Dx]',
    vmnic: 'vmnic4',
    macAddress: 'b8:59:9f:00:00:01',
    linkType: 'Ethernet',
    virtualFunctions: Array.from({ length: vfs }, (_, index) => `${own.replace(':00.', address.endsWith('0') ? ':01.' : ':02.')}${index}`),
    configuredVfs: vfs,
    maxVfs: 8,
  };
}

export function plainSite(options: InventoryOptions = {}) {
  const clock = new ManualClock();
  const inventory = new Inventory({ clock, ...options });
  const host = new PlainHost();
  inventory.addHost(host);
  return { clock, inventory, host };
}

const NOTHING = {
  key: -1,
  network: undefined,
  macAddress: undefined,
  addressType: undefined,
  allowGuestOsMtuChange: undefined,
  sriovBackingGiven: false,
  physicalFunction: undefined,
  virtualFunctionHint: undefined,
} as const;

/** A request for a SR-IOV card on `VM Network`; without `pf` the host chooses. */
export function sriovCard(pf: string | undefined, more: Partial<DeviceRequest> = {}): DeviceRequest {
  return {
    ...NOTHING,
    kind: 'Sriov',
    network: { kind: 'Standard', portGroup: 'VM Network' },
    addressType: 'generated',
    sriovBackingGiven: pf !== undefined,
    physicalFunction: pf === undefined ? undefined : backing(pf),
    ...more,
  };
}

export function wholeFunction(pf: string, more: { readonly deviceId?: string; readonly systemId?: string } = {}): DeviceRequest {
  return { ...NOTHING, kind: 'Passthrough', physicalFunction: { ...backing(pf), ...more } };
}

export function byKey(kind: DeviceRequest['kind'], key: number): DeviceRequest {
  return { ...NOTHING, kind, key };
}

function backing(id: string) {
  return { id, deviceName: '', deviceId: '101d', systemId: SYSTEM_UUID, vendorId: 0x15b3 };
}

/** Type and text of the fault that the work raises; fails the test when there is none. */
export function faultOf(work: () => void): { readonly type: string; readonly message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof SimFault) {
      return { type: error.type, message: error.message };
    }
    throw error;
  }
  throw new Error('expected a fault, but the operation succeeded');
}
