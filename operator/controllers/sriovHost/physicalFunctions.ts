/** Physical functions that attachments ask for as a whole: what is asked, what is remembered, and who owns a function. Pure. */
import type { SriovHostStatus } from '../../api/types.ts';
import type { PciFunction } from '../../ports/esxiHost.ts';
import type { ObservedPort } from './adapters.ts';

export type PassthroughStatus = NonNullable<SriovHostStatus['passthrough']>[number];

/** What the operator must not forget of a function that it passed through: such a function has neither driver nor uplink any more. */
export type PassthroughRecord = Pick<PassthroughStatus, 'adapter' | 'port' | 'pciAddress' | 'macAddress' | 'vmnic' | 'seenActive'>;

/** One attachment of kind Physical that this host lets in. */
export interface FunctionRequest {
  readonly adapter: string;
  readonly port: number;
  /** `namespace/name`. */
  readonly attachment: string;
  /** It keeps a function that it has, but is no reason to pass one through: it is being deleted or on hold, or nobody can tell whether it may. */
  readonly keepsOnly: boolean;
  /** Its device is in a VM, as far as it knows. */
  readonly hasDevice: boolean;
}

/** The owner of a function, now and after the next restart. */
export interface Ownership {
  readonly active: boolean;
  readonly configured: boolean;
  /** Undefined where the host does not tell. */
  readonly capable: boolean | undefined;
  /** ESXi's driver takes functions of this class once they are its own again. */
  readonly ethernetClass: boolean;
}

/** `VM Passthru`, as ESXi names the owner; a release that does not tell the configured one means the current. */
export function ownershipOf({ currentOwner, configuredOwner, passthruCapable, deviceClass }: PciFunction): Ownership {
  const active = isPassthru(currentOwner);
  const told = configuredOwner !== undefined && !/^unknown$/i.test(configuredOwner);
  return {
    active,
    configured: told ? isPassthru(configuredOwner) : active,
    capable: passthruCapable,
    ethernetClass: deviceClass === 0x0200,
  };
}

function isPassthru(owner: string | undefined): boolean {
  return /passthru/i.test(owner ?? '');
}

/** What the driver will own after the next restart of those that nobody declared: it has them, or gets them back. */
export function drivenAsItIs(port: ObservedPort): boolean {
  return port.driven || (port.ownership?.active === true && !port.ownership.configured && port.ownership.ethernetClass);
}

/** Nothing of the card is left for MFT and the driver once these functions are passed through. */
export function isGivenAway(ports: readonly ObservedPort[], passedThrough: ReadonlySet<string>): boolean {
  return ports.length > 0 && ports.every(({ address }) => passedThrough.has(address));
}

export function isOutOfReach(ports: readonly ObservedPort[]): boolean {
  return ports.length > 0 && ports.every(({ ownership }) => ownership?.active === true);
}

/** A port that lost its uplink to passthrough keeps the name and the MAC address that it had: selectors go on to find its adapter. */
export function remembered(port: ObservedPort, records: readonly PassthroughRecord[]): ObservedPort {
  const record = port.ownership?.active === true ? records.find(({ pciAddress }) => pciAddress === port.address) : undefined;
  if (record === undefined) return port;
  return { ...port, macAddress: port.macAddress ?? record.macAddress, formerVmnic: record.vmnic };
}

export function passthroughItem({ adapter, port }: { readonly adapter: string; readonly port: number }, enabled: boolean): string {
  return `passthrough/${adapter}/${port}=${enabled ? 'on' : 'off'}`;
}
