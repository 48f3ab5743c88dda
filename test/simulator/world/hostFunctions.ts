/** The functions that one boot brought up: which ports the driver took, and the virtual functions it created. */
import type { SimPhysicalFunction } from './contract.ts';
import type { AdapterPort, FirmwareAdapter } from './firmwareAdapter.ts';
import { addRoutingId, comparePci, formatPci } from './pci.ts';

export interface BootedFunction {
  readonly adapter: FirmwareAdapter;
  readonly port: AdapterPort;
  readonly deviceClass: number;
  readonly linkType: 'Ethernet' | 'InfiniBand';
  /** nmlx5_core takes Ethernet-class functions only; the others have neither driver nor uplink. */
  readonly driver: 'nmlx5_core' | undefined;
  /** Given to VMs as a whole: no driver has it. */
  readonly passedThrough: boolean;
  readonly virtualFunctions: readonly string[];
}

export interface BootInputs {
  /** The VIB of the driver runs. */
  readonly driverInstalled: boolean;
  readonly biosSriov: boolean;
  /** Entries of max_vfs that the driver loaded. */
  readonly maxVfs: readonly number[];
  /** No function gets more than this. */
  readonly most: number;
  isPassedThrough(address: string): boolean;
}

/**
 * VFs of a function = min(NUM_OF_VFS in effect, its entry in max_vfs), entries being in PCI order over all functions of the driver
 * (KB 309346); none where firmware or BIOS has SR-IOV off.
 */
export function bootFunctions(adapters: readonly FirmwareAdapter[], inputs: BootInputs): readonly BootedFunction[] {
  const all = adapters
    .flatMap((adapter) => adapter.ports.map((port) => ({ adapter, port })))
    .sort((left, right) => comparePci(left.port.pci, right.port.pci));
  let entry = 0;
  return all.map(({ adapter, port }) => {
    const deviceClass = adapter.deviceClass(port.number);
    const passedThrough = inputs.isPassedThrough(port.address);
    const driver = inputs.driverInstalled && deviceClass === 0x0200 && !passedThrough ? ('nmlx5_core' as const) : undefined;
    const asked = driver === undefined ? 0 : (inputs.maxVfs[entry++] ?? 0);
    const count = inputs.biosSriov ? Math.min(asked, adapter.offeredVfs, inputs.most) : 0;
    return {
      adapter,
      port,
      deviceClass,
      driver,
      passedThrough,
      linkType: adapter.linkType(port.number),
      virtualFunctions: vfAddresses(adapter, port, count),
    };
  });
}

/** As the inventory sees them. `configured` = entries of max_vfs that count at the next boot. */
export function physicalFunctionsOf(functions: readonly BootedFunction[], configured: readonly number[]): readonly SimPhysicalFunction[] {
  const driven = functions.filter((fn) => fn.driver !== undefined);
  return functions.map((fn) => ({
    address: fn.port.address,
    vendorId: 0x15b3,
    deviceId: fn.adapter.model.deviceId,
    deviceName: fn.adapter.model.deviceName,
    vmnic: fn.driver === undefined ? undefined : fn.port.vmnic,
    macAddress: fn.port.macAddress,
    linkType: fn.linkType,
    virtualFunctions: fn.virtualFunctions,
    configuredVfs: fn.driver === undefined ? 0 : (configured[driven.indexOf(fn)] ?? 0),
    // TotalVFs of the SR-IOV capability: without SRIOV_EN in effect there is no such capability.
    maxVfs: fn.adapter.offeredVfs,
  }));
}

/** The firmware reserves NUM_OF_VFS routing ids for each port, behind the ports themselves. */
function vfAddresses(adapter: FirmwareAdapter, port: AdapterPort, count: number): readonly string[] {
  const firstOffset = adapter.ports.length - (port.number - 1) + (port.number - 1) * adapter.offeredVfs;
  return Array.from({ length: count }, (_, index) => formatPci(addRoutingId(port.pci, firstOffset + index)));
}
