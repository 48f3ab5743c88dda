/** Which card an adapter of the spec was, and whether it still is that card: PCI addresses and uplink names move, MAC addresses do not. Pure. */
import type { AdapterSpec, Problem } from '../../api/types.ts';
import type { ObservedAdapter } from './adapters.ts';
import type { DeclaredAdapter, HostObservation } from './observation.ts';

export interface Identity {
  /** Of port 1. */
  readonly macAddress: string;
  /** The selector that led to it. */
  readonly identifiedBy: string;
}

function selectorText({ selector }: AdapterSpec): string {
  if (selector.macAddress !== undefined) return `macAddress ${selector.macAddress.toLowerCase()}`;
  return selector.pciAddress === undefined ? `vmnic ${selector.vmnic ?? ''}` : `pciAddress ${selector.pciAddress}`;
}

/** What to remember: the first card that the selector led to. A new selector starts anew, and a MAC address is its own identity. */
export function identityOf(spec: AdapterSpec, seen: DeclaredAdapter | undefined, recorded: Identity | undefined): Identity | undefined {
  const identifiedBy = selectorText(spec);
  if (recorded?.identifiedBy === identifiedBy) return recorded;
  const [macAddress] = seen === undefined ? [] : addressesOf(seen);
  return macAddress === undefined ? undefined : { macAddress, identifiedBy };
}

/**
 * Adding or removing a card can give PCI addresses and uplink names to other cards (KB 309346, KB 324534). A selector that now leads to
 * another card than the recorded one, or to none while that card is elsewhere, is no licence to write to anything.
 */
export function topologyProblem(
  spec: AdapterSpec,
  seen: DeclaredAdapter,
  { observation, recorded }: { readonly observation: HostObservation; readonly recorded: Identity | undefined },
): Problem | undefined {
  if (recorded === undefined || spec.selector.macAddress !== undefined || recorded.identifiedBy !== selectorText(spec)) return undefined;
  const present = addressesOf(seen);
  if (present.includes(recorded.macAddress)) return undefined;
  const now = observation.allAdapters.known
    ? observation.allAdapters.value.find((adapter) => has(adapter, recorded.macAddress))
    : undefined;
  if (present.length === 0 && (seen.adapter.known || now === undefined)) return undefined;
  const found = present[0] === undefined ? 'leads to no adapter' : `leads to the adapter with MAC address ${present[0]}`;
  const place = now === undefined ? 'is not seen on this host' : `is at ${now.slot}`;
  return {
    reason: 'PciTopologyChanged',
    message: `spec.adapters[${spec.name}].selector ${selectorText(spec)} ${found}, but configured was ${recorded.macAddress}, which ${place}; nothing is written to either. Select by macAddress ${recorded.macAddress}, or correct the selector; if the card was replaced, annotate the object with sriov.esxi.io/retry`,
  };
}

/** Addresses that port 1 is known by, the uplink's first. A card whose addresses cannot be read now has none, and proves nothing. */
function addressesOf(seen: DeclaredAdapter): readonly string[] {
  const uplink = seen.adapter.known ? seen.adapter.value.ports.find(({ number }) => number === 1)?.macAddress : undefined;
  const burned = seen.firmware.known ? seen.firmware.value.baseMac?.toLowerCase() : undefined;
  return [uplink, burned].flatMap((address) => (address === undefined ? [] : [address]));
}

function has(adapter: ObservedAdapter, macAddress: string): boolean {
  return adapter.ports.some((port) => port.number === 1 && port.macAddress === macAddress);
}
