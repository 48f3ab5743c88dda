/**
 * Who uses the virtual functions of a physical function, or is going to. Pure.
 *
 * vSphere lets more cards point at a physical function than it has virtual functions; the VM that is powered on last then fails with
 * "No SR-IOV virtual function (VF) is available" (KB 309346). So every card counts, whether its VM runs or not, whoever added it, and so
 * does every attachment that came first and has no card yet.
 */
import { findCondition } from '../../api/conditions.ts';
import type { SriovVmAttachment } from '../../api/types.ts';
import type { Vm } from '../../ports/vsphere.ts';
import { hostKeyOf, keyOf } from '../names.ts';

export interface Accounting {
  /** Virtual functions that exist on the physical function. */
  readonly present: number;
  /** Used by powered-on VMs, this one included. */
  readonly inUse: number;
  /** What takes the others, in words and in a stable order; our own card is not among them. */
  readonly holders: readonly string[];
  /** Where the wanted MAC address is already used, in words. */
  readonly macAddressUsedBy: string | undefined;
}

export interface AccountingInput {
  readonly attachment: SriovVmAttachment;
  readonly attachments: readonly SriovVmAttachment[];
  /** Keys of attachments that are about to add their cards; default: none. */
  readonly claimed?: ReadonlySet<string> | undefined;
  readonly vms: readonly Vm[];
  readonly physicalFunction: { readonly id: string; readonly present: number };
  /** Our own card, which takes nothing from itself. */
  readonly own: { readonly vmMoRef: string; readonly key: number | undefined };
}

interface HeldCard {
  readonly vm: Vm;
  readonly key: number;
  readonly macAddress: string;
  readonly onFunction: boolean;
}

export function accountFunctions(input: AccountingInput): Accounting {
  const cards = input.vms.flatMap((vm) =>
    vm.sriovCards.map(({ key, macAddress, physicalFunction }): HeldCard => {
      return { vm, key, macAddress: macAddress.toLowerCase(), onFunction: physicalFunction === input.physicalFunction.id };
    }),
  );
  const others = cards.filter(({ vm, key }) => !(vm.moRef === input.own.vmMoRef && key === input.own.key));
  const claims = input.attachments.filter((other) => competes(other, input) && !hasCard(other, cards));
  return {
    present: input.physicalFunction.present,
    inUse: cards.filter(({ vm, onFunction }) => onFunction && vm.powerState === 'poweredOn').length,
    holders: [
      ...others
        .filter(({ vm, onFunction }) => onFunction && !vm.template)
        .map(({ vm, macAddress }) => (isGuest(input.attachment) ? 'another VM' : `VM ${vm.name} (${macAddress})`)),
      ...claims.map((other) => nameOf(other, input.attachment)),
    ].sort(),
    macAddressUsedBy: macAddressUser(input, others),
  };
}

/** An attachment of another namespace than the host's is not told what others have there. */
export function isGuest(attachment: SriovVmAttachment): boolean {
  return !hostKeyOf(attachment).startsWith(`${attachment.metadata.namespace}/`);
}

export function nameOf(other: SriovVmAttachment, reader: SriovVmAttachment): string {
  const visible = other.metadata.namespace === reader.metadata.namespace;
  return visible ? `attachment ${keyOf(other)}` : 'an attachment of another namespace';
}

const REFUSED: ReadonlySet<string> = new Set(['HostNotFound', 'HostNotAllowed', 'VmNotAllowed']);

/** Same port of the same host, and first in line: begun already, or created earlier; equal times are ordered by name. */
function competes(other: SriovVmAttachment, { attachment, claimed }: AccountingInput): boolean {
  if (keyOf(other) === keyOf(attachment) || other.metadata.deletionTimestamp !== undefined || isRefused(other) || hasGivenUp(other))
    return false;
  const { adapter, port } = attachment.spec.function;
  if (other.spec.function.kind === 'Physical') return false;
  if (hostKeyOf(other) !== hostKeyOf(attachment) || other.spec.function.adapter !== adapter || other.spec.function.port !== port)
    return false;
  return other.status?.change !== undefined || claimed?.has(keyOf(other)) === true || precedes(other, attachment);
}

export function precedes(one: SriovVmAttachment, other: SriovVmAttachment): boolean {
  const [a, b] = [one.metadata.creationTimestamp ?? '', other.metadata.creationTimestamp ?? ''];
  return a === b ? keyOf(one) < keyOf(other) : a < b;
}

/** No host lets it in: it takes nothing from those that are let in. */
export function isRefused({ status }: SriovVmAttachment): boolean {
  const reason = findCondition(status?.conditions, 'Ready')?.reason;
  return status?.device === undefined && reason !== undefined && REFUSED.has(reason);
}

/** vSphere refused its change, and it does not try again by itself: others need not wait for what it does not take. */
function hasGivenUp({ metadata, status }: SriovVmAttachment): boolean {
  return status?.device === undefined && status?.refused !== undefined && status.refused.generation === metadata.generation;
}

function hasCard(other: SriovVmAttachment, cards: readonly HeldCard[]): boolean {
  const macAddress = (other.status?.device?.macAddress ?? other.spec.macAddress)?.toLowerCase();
  return cards.some((card) => card.onFunction && card.macAddress === macAddress);
}

function macAddressUser({ attachment, attachments, vms, claimed }: AccountingInput, others: readonly HeldCard[]): string | undefined {
  const wanted = attachment.spec.macAddress?.toLowerCase();
  if (wanted === undefined) return undefined;
  const holder =
    others.find(({ macAddress }) => macAddress === wanted)?.vm ??
    vms.find((vm) => vm.otherMacAddresses?.some((macAddress) => macAddress.toLowerCase() === wanted));
  if (holder !== undefined) return isGuest(attachment) ? 'another VM' : `VM ${holder.name}`;
  const rival = attachments.find(
    (other) =>
      keyOf(other) !== keyOf(attachment) &&
      (other.status?.device?.macAddress?.toLowerCase() === wanted ||
        (other.metadata.deletionTimestamp === undefined &&
          !isRefused(other) &&
          other.spec.macAddress?.toLowerCase() === wanted &&
          (claimed?.has(keyOf(other)) === true || precedes(other, attachment)))),
  );
  return rival === undefined ? undefined : nameOf(rival, attachment);
}
