/** Whether a physical function is where the operator left it: PCI addresses move when cards are added, MAC addresses stay. Pure. */
import type { VsphereHost, VspherePhysicalFunction } from '../../ports/vsphere.ts';
import { sameMacAddress } from './identify.ts';
import type { DeviceRecord } from './memory.ts';

/**
 * In words what moved where since the card was added; undefined where nothing did, or where nobody can tell: an InfiniBand port may have
 * no uplink and so no MAC address in vSphere.
 */
export function movedFunction(device: DeviceRecord | undefined, now: VspherePhysicalFunction): string | undefined {
  const { physicalFunction, physicalFunctionMacAddress: recorded } = device ?? {};
  if (physicalFunction === undefined || recorded === undefined || now.macAddress === undefined) return undefined;
  if (physicalFunction === now.id || !sameMacAddress(recorded, now.macAddress)) return undefined;
  return `the physical function with MAC address ${recorded} moved from ${physicalFunction} to ${now.id}`;
}

/** The function whose uplink has this MAC address. */
export function functionWith(host: VsphereHost, macAddress: string): VspherePhysicalFunction | undefined {
  return host.physicalFunctions.find((other) => other.macAddress !== undefined && sameMacAddress(other.macAddress, macAddress));
}

/** Where that is, in words. */
export function whereabouts(host: VsphereHost, macAddress: string): string {
  const found = functionWith(host, macAddress);
  return found === undefined ? 'vSphere shows no such address on the host' : `vSphere shows MAC address ${macAddress} at ${found.id}`;
}
