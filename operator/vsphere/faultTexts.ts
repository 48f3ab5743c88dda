/**
 * What vSphere says only in words: vim25 has no fault class for anything about SR-IOV or PCI, so these are told by their text.
 *
 * Each entry adds facts to `PortError.detail` and a remedy to the message. Fragments, not whole sentences: the words around them
 * differ between releases (`Failed - `, the VM's name, punctuation).
 */

export interface FaultMeaning {
  /** CamelCase name of the situation, `detail.situation`. */
  readonly situation: string;
  /** What to do, as the end of the message. */
  readonly remedy: string;
  readonly detail?: Readonly<Record<string, string | boolean>>;
}

interface KnownText {
  readonly pattern: RegExp;
  readonly meaning: (match: RegExpExecArray) => FaultMeaning;
}

const KNOWN_TEXTS: readonly KnownText[] = [
  {
    // Broadcom KB 309346. It says the same when all VFs are in use and when the PCI address moved and has none any more.
    pattern: /No SR-IOV virtual function \(VF\) is available for given physical function \(PF\)(?: \((\S+?)\))?/i,
    meaning: (match) => ({
      situation: 'NoVirtualFunction',
      remedy: 'free a virtual function of this physical function or raise its number; if none is in use, its PCI address may have changed',
      detail: { noVirtualFunction: true, ...(match[1] === undefined ? {} : { physicalFunction: match[1].toLowerCase() }) },
    }),
  },
  {
    // Broadcom KB 309986: SR-IOV and passthrough need all guest memory reserved.
    pattern: /should be equal to memsize\s*\(/i,
    meaning: () => ({ situation: 'MemoryNotReserved', remedy: 'reserve and lock all memory of the VM' }),
  },
  {
    // govmomi #2248: also when deviceId was written in decimal.
    pattern: /The systemId does not match the current system/i,
    meaning: () => ({
      situation: 'PassthroughIdentityMismatch',
      remedy: 'the card in the VM was made for another host or PCI address; attach it anew',
    }),
  },
  {
    pattern: /is not a passthrough device/i,
    meaning: () => ({
      situation: 'PassthroughNotActive',
      remedy: 'the device is not available for passthrough on this host; check SR-IOV or passthrough after its last boot',
    }),
  },
  {
    pattern: /Out of interrupt vectors|error code 195887110/i,
    meaning: () => ({ situation: 'InterruptVectorsExhausted', remedy: 'use fewer virtual functions on this host' }),
  },
  {
    pattern: /PCIPassthru: total number of pages needed \(\d+\) exceeds limit/i,
    meaning: () => ({
      situation: 'MmioTooSmall',
      remedy: 'use EFI firmware and 64-bit MMIO for this VM, and memory-mapped I/O above 4 GB in the host BIOS',
    }),
  },
  {
    pattern: /Module '?DevicePowerOn'? power on failed/i,
    meaning: () => ({ situation: 'DevicePowerOnFailed', remedy: "the reason is in the VM's vmware.log, in the lines above this message" }),
  },
];

/** The first entry that any of the texts matches; entries go from the most to the least specific. */
export function meaningOf(texts: readonly string[]): FaultMeaning | undefined {
  for (const { pattern, meaning } of KNOWN_TEXTS) {
    for (const text of texts) {
      const match = pattern.exec(text);
      if (match !== null) {
        return meaning(match);
      }
    }
  }
  return undefined;
}
