/** What ESXi checks and assigns when a VM with passthrough devices is powered on. Pure: the caller applies the result. */
import type { SimPhysicalFunction } from './contract.ts';
import type { SimVm } from './vm.ts';
import { AUTOMATIC_PREFIX, needsReservedMemory, type PassthroughDevice, type SriovCard, type VmDevice } from './vmDevices.ts';
import { powerOnRefused } from './vmFault.ts';

/** The host as power-on sees it. */
export interface PowerOnHost {
  readonly systemUuid: string;
  readonly physicalFunctions: readonly SimPhysicalFunction[];
  /** Physical functions that are given away whole: they have no virtual functions. */
  isPassthrough(address: string): boolean;
  /** True when a running VM holds this function, virtual or whole. */
  isTaken(address: string): boolean;
}

/**
 * The devices as they are once the VM runs, each SR-IOV card with its virtual function.
 * Throws SimFault: memory not fully reserved, no free virtual function (KB 309346), function that cannot be passed through.
 */
export function devicesAtPowerOn(vm: SimVm, host: PowerOnHost): readonly VmDevice[] {
  checkMemory(vm);
  const takenNow = new Set<string>();
  const passthroughDevices = vm.devices.filter(needsReservedMemory);
  return vm.devices.map((device) => {
    const index = passthroughDevices.indexOf(device);
    if (device.kind === 'Sriov') {
      return assignFunction({ vm, card: device, index, host, takenNow });
    }
    if (device.kind === 'Passthrough') {
      checkPassthrough(device, host);
    }
    return device;
  });
}

/** The devices of a VM that has stopped: assigned virtual functions are given back, wishes stay. */
export function devicesAfterPowerOff(vm: SimVm): readonly VmDevice[] {
  return vm.devices.map((device) => (device.kind === 'Sriov' ? { ...device, virtualFunction: undefined } : device));
}

/** Text as bosh-vsphere-cpi pull request 372 and serverdevworker.com report it. */
function checkMemory(vm: SimVm): void {
  const reserved = vm.memoryLockedToMax ? vm.memoryMB : vm.memoryReservationMB;
  if (vm.devices.some(needsReservedMemory) && reserved < vm.memoryMB) {
    throw powerOnRefused(`Invalid memory setting: memory reservation (sched.mem.min) should be equal to memsize(${vm.memoryMB}).`);
  }
}

interface Assignment {
  readonly vm: SimVm;
  readonly card: SriovCard;
  readonly index: number;
  readonly host: PowerOnHost;
  /** Functions that earlier cards of the same VM took in this power-on; added to. */
  readonly takenNow: Set<string>;
}

function assignFunction({ vm, card, index, host, takenNow }: Assignment): SriovCard {
  const candidates = card.automatic
    ? host.physicalFunctions
    : host.physicalFunctions.filter((pf) => pf.address === card.physicalFunction.id);
  for (const physicalFunction of candidates) {
    const virtualFunction = freeFunction(physicalFunction, { card, host, takenNow });
    if (virtualFunction !== undefined) {
      takenNow.add(virtualFunction);
      return { ...card, virtualFunction, physicalFunction: resolved(card, physicalFunction) };
    }
  }
  throw powerOnRefused(
    `Failed to power on virtual machine ${vm.name}, pciPassthru:${index}: No SR-IOV virtual function (VF) is available ` +
      `for given physical function (PF) (${card.physicalFunction.id}).`,
  );
}

function freeFunction(
  physicalFunction: SimPhysicalFunction,
  { card, host, takenNow }: Pick<Assignment, 'card' | 'host' | 'takenNow'>,
): string | undefined {
  if (host.isPassthrough(physicalFunction.address)) {
    return undefined;
  }
  const free = physicalFunction.virtualFunctions.filter((address) => !host.isTaken(address) && !takenNow.has(address));
  return free.find((address) => address === card.hint) ?? free[0];
}

/** An automatic choice reads back as `Automatic-<address of the physical function>`. */
function resolved(card: SriovCard, physicalFunction: SimPhysicalFunction): SriovCard['physicalFunction'] {
  return card.automatic ? { ...card.physicalFunction, id: `${AUTOMATIC_PREFIX}${physicalFunction.address}` } : card.physicalFunction;
}

/** Texts: govmomi issue 2248 (wrong identity), HPE advisory a00121002 (not passed through). */
function checkPassthrough({ backing }: PassthroughDevice, host: PowerOnHost): void {
  const found = host.physicalFunctions.find((pf) => pf.address === backing.id);
  const at = shortAddress(backing.id);
  const sameDevice =
    found !== undefined && backing.deviceId === found.deviceId.toString(16) && (backing.vendorId & 0xffff) === (found.vendorId & 0xffff);
  if (!sameDevice || backing.systemId !== host.systemUuid) {
    throw powerOnRefused(
      `The systemId does not match the current system or the deviceId, and the vendorId does not match the device currently at ${at}.`,
    );
  }
  if (!host.isPassthrough(backing.id) || host.isTaken(backing.id)) {
    throw powerOnRefused(
      `Module DevicePowerOn power on failed. Failed to start the virtual machine. Device ${at} is not a passthrough device.`,
    );
  }
}

/** `0000:3b:00.1` -> `59:0.1`, the form of the monitor's messages. */
function shortAddress(address: string): string {
  const match = /^[0-9a-f]{4}:([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/.exec(address);
  return match === null ? address : `${hex(match[1])}:${hex(match[2])}.${match[3]}`;
}

function hex(digits: string | undefined): number {
  return Number.parseInt(digits ?? '0', 16);
}
