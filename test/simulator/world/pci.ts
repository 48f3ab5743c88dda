/** PCI addresses: hexadecimal everywhere but in the VF lists of older ESXi releases. */

export interface PciAddress {
  readonly segment: number;
  readonly bus: number;
  readonly slot: number;
  readonly function: number;
}

export function parsePci(text: string): PciAddress {
  const match = /^([0-9a-f]{4}):([0-9a-f]{2}):([0-9a-f]{2})\.([0-7])$/.exec(text);
  if (match === null) {
    throw new Error(`"${text}" is no PCI address: write it like 0000:3b:00.0`);
  }
  const [segment = 0, bus = 0, slot = 0, fn = 0] = match.slice(1).map((digits) => Number.parseInt(digits, 16));
  return { segment, bus, slot, function: fn };
}

/** `0000:3b:00.0`. */
export function formatPci(pci: PciAddress): string {
  return `${hex(pci.segment, 4)}:${hex(pci.bus, 2)}:${hex(pci.slot, 2)}.${pci.function.toString(16)}`;
}

/** `00000:059:00.0`, as `sriovnic vf list` printed it before 8.0.3. */
export function formatPciDecimal(pci: PciAddress): string {
  return `${decimal(pci.segment, 5)}:${decimal(pci.bus, 3)}:${decimal(pci.slot, 2)}.${pci.function}`;
}

/** The function `offset` routing ids further on; it may lie on the next bus (ARI). */
export function addRoutingId(pci: PciAddress, offset: number): PciAddress {
  const id = (pci.bus << 8) + (pci.slot << 3) + pci.function + offset;
  return { segment: pci.segment, bus: id >> 8, slot: (id >> 3) & 0x1f, function: id & 0x7 };
}

export function comparePci(left: PciAddress, right: PciAddress): number {
  return left.segment - right.segment || left.bus - right.bus || left.slot - right.slot || left.function - right.function;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

function decimal(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
