/**
 * Which card of a VM is the one that the operator added. Pure.
 *
 * Device keys are reused once a card is gone and say nothing by themselves, so a key counts only together with the MAC address, or with
 * physical function and network. Unit numbers and labels are never looked at: they change with the hardware version (KB 407595).
 */
import type { NetworkBacking, SriovCard, Vm } from '../../ports/vsphere.ts';
import { known, unknown } from '../fact.ts';
import type { AttachmentMemory } from './memory.ts';
import type { AttachmentFact } from './observation.ts';
import { recordedFunction } from './physicalFunction.ts';

export interface CardSearch {
  readonly vm: Vm;
  readonly memory: AttachmentMemory;
  /** As declared; undefined where unknown, then it cannot help to identify. */
  readonly wanted: {
    readonly physicalFunction: string | undefined;
    readonly network: NetworkBacking | undefined;
    readonly macAddress: string | undefined;
  };
  /** MAC addresses of the cards that other attachments recorded. */
  readonly takenMacAddresses: ReadonlySet<string>;
}

export function identifyCard(search: CardSearch): AttachmentFact<SriovCard | undefined> {
  const recorded = recordedCard(search) ?? changedCard(search);
  return recorded === undefined ? addedCard(search) : known(recorded);
}

/** By the MAC address, which is unique; the key only settles which of two equal ones is meant. */
export function recordedCard({ vm, memory: { device } }: Pick<CardSearch, 'vm' | 'memory'>): SriovCard | undefined {
  if (device?.kind === 'Physical') return recordedFunction(vm, device);
  if (device?.macAddress === undefined) return undefined;
  const { macAddress } = device;
  const sameMac = vm.sriovCards.filter((card) => sameMacAddress(card.macAddress, macAddress));
  return sameMac.find((card) => card.key === device.key) ?? sameMac[0];
}

/** A card whose MAC address alone was changed: same key, and physical function and network as recorded or as declared. */
function changedCard({ vm, memory: { device }, wanted, takenMacAddresses }: CardSearch): SriovCard | undefined {
  return vm.sriovCards.find(
    (card) =>
      card.key === device?.key &&
      !takenMacAddresses.has(card.macAddress.toLowerCase()) &&
      (card.physicalFunction === device.physicalFunction || card.physicalFunction === wanted.physicalFunction) &&
      wanted.network !== undefined &&
      sameNetwork(card.network, wanted.network),
  );
}

/** After a crash between the request and its record: the card that was not there when the change began. */
function addedCard({ vm, memory, wanted, takenMacAddresses }: CardSearch): AttachmentFact<SriovCard | undefined> {
  const cardsBefore = memory.change?.cardsBefore;
  if (cardsBefore === undefined) return known(undefined);
  const candidates = vm.sriovCards.filter(
    (card) =>
      !cardsBefore.includes(card.key) &&
      !takenMacAddresses.has(card.macAddress.toLowerCase()) &&
      (wanted.physicalFunction === undefined || card.physicalFunction === wanted.physicalFunction) &&
      (wanted.macAddress === undefined || sameMacAddress(card.macAddress, wanted.macAddress)),
  );
  const provable = wanted.physicalFunction !== undefined || wanted.macAddress !== undefined;
  if (candidates.length === 0) return known(undefined);
  if (candidates.length === 1 && provable) return known(candidates[0]);
  const labels = candidates.map((card) => `${card.label} (${card.macAddress})`).join(', ');
  return unknown('CardNotIdentified', `VM ${vm.name} has cards of which one may be ours: ${labels}.`);
}

export function sameMacAddress(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

export function sameNetwork(one: NetworkBacking | undefined, other: NetworkBacking): boolean {
  if (one?.kind === 'Standard' && other.kind === 'Standard') return one.portGroup === other.portGroup;
  if (one?.kind === 'Distributed' && other.kind === 'Distributed') {
    return one.portgroupKey === other.portgroupKey && one.switchUuid === other.switchUuid;
  }
  return false;
}

/**
 * Memory that belongs to this VM. A VM that was deleted and created again under the same name owes nothing and is owed nothing;
 * one that was only registered anew (other reference, same card) keeps its records.
 */
export function memoryForVm(memory: AttachmentMemory, vm: Vm): AttachmentMemory {
  if (memory.vm === undefined || memory.vm.moRef === vm.moRef || recordedCard({ vm, memory }) !== undefined) return memory;
  return { journal: memory.journal };
}
