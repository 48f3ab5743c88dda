/** The adapters of a host together: their places (slots, MAC addresses, uplink names), and what a reset does to them. */
import { FirmwareAdapter } from './firmwareAdapter.ts';
import type { Misbehaviours } from './hostMisbehaviour.ts';
import type { AdapterOptions } from './hostOptions.ts';
import type { ResetKind } from './hostPower.ts';

/** Buses of the slots of a two-socket server, lower first. */
const SLOTS = [0x3b, 0x5e, 0x86, 0xaf, 0xd8, 0x21, 0x61, 0xa1, 0xc1, 0xe1];
/** vmnic0 and vmnic1 are on the mainboard. */
const FIRST_VMNIC = 2;

export function placeAdapters(hostId: string, options: readonly AdapterOptions[]): readonly FirmwareAdapter[] {
  const adapters: FirmwareAdapter[] = [];
  for (const option of options) {
    adapters.push(placeAdapter(hostId, option, adapters));
  }
  return adapters;
}

export function placeAdapter(hostId: string, option: AdapterOptions, others: readonly FirmwareAdapter[]): FirmwareAdapter {
  return new FirmwareAdapter(option, {
    pciAddress: option.pciAddress ?? freeSlot(others),
    baseMac: option.baseMac ?? macFor(hostId, others.length),
    vmnics: option.vmnics ?? freeVmnics(option.model.ports, others),
  });
}

/**
 * A reset of the machine. A warm one does not reach cards that need a cold cycle. Misbehaviours are used up only when
 * something waits for the reset.
 */
export function resetAdapters(adapters: readonly FirmwareAdapter[], kind: ResetKind, misbehaviours: Misbehaviours): void {
  if (!adapters.some((adapter) => adapter.pending)) {
    return;
  }
  if (kind === 'warm' && misbehaviours.take('warmRebootNotEnough') !== undefined) {
    return;
  }
  const never = misbehaviours.take('settingNeverActivates');
  const stuck = (name: string) => never !== undefined && (never.parameters?.includes(name) ?? true);
  for (const adapter of adapters.filter((other) => kind === 'cold' || !other.needsColdCycle)) {
    adapter.reset(stuck);
  }
}

function freeSlot(others: readonly FirmwareAdapter[]): string {
  const taken = new Set(others.map((adapter) => adapter.ports[0]?.pci.bus));
  const bus = SLOTS.find((slot) => !taken.has(slot));
  if (bus === undefined) {
    throw new Error(`adapters: no free slot after ${others.length} adapters; give the next one a pciAddress`);
  }
  return `0000:${bus.toString(16)}:00.0`;
}

function freeVmnics(count: number, others: readonly FirmwareAdapter[]): readonly string[] {
  const taken = new Set(others.flatMap((adapter) => adapter.ports.map((port) => port.vmnic)));
  const free: string[] = [];
  for (let number = FIRST_VMNIC; free.length < count; number += 1) {
    if (!taken.has(`vmnic${number}`)) {
      free.push(`vmnic${number}`);
    }
  }
  return free;
}

/** NVIDIA's prefix, two octets of the host, one of the adapter with room for its ports. */
function macFor(hostId: string, index: number): string {
  const hash = [...hostId].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 0x10000, 7);
  const octets = [hash >> 8, hash & 0xff, (index * 0x10) & 0xff];
  return ['b8', '59', '9f', ...octets.map((octet) => octet.toString(16).padStart(2, '0'))].join(':');
}
