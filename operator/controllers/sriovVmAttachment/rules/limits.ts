/** How many devices vSphere lets a VM have: told before the VM loses its power, and not by a refusal after that. */
import type { Vm } from '../../../ports/vsphere.ts';
import { type Block, block, type RuleInput } from './rule.ts';

/** Network cards of all kinds in one VM (vSphere configuration maximums). */
const MOST_NETWORK_CARDS = 10;

/** Passthrough devices by virtual hardware: up to this version, so many (KB 309986). vmx-20 has 32 on ESXi 8.0, and 64 from 8.0 U1 on. */
const MOST_PASSTHROUGH: readonly { readonly upTo: number; readonly devices: number }[] = [
  { upTo: 10, devices: 6 },
  { upTo: 19, devices: 16 },
  { upTo: 20, devices: 64 },
  { upTo: 21, devices: 128 },
];

/** A replaced card takes the place of the old one. What newer hardware allows is left to vSphere. */
export function roomForCard({ observation: { vm, card } }: RuleInput): Block | undefined {
  if (!vm.known || (card.known && card.value !== undefined)) return undefined;
  return tooManyCards(vm.value) ?? tooManyPassthroughDevices(vm.value);
}

/** A whole physical function is no network card of the VM. */
export function roomForDevice({ observation: { vm, card } }: RuleInput): Block | undefined {
  if (!vm.known || (card.known && card.value !== undefined)) return undefined;
  return tooManyPassthroughDevices(vm.value);
}

function tooManyCards({ name, sriovCards, otherMacAddresses = [] }: Vm): Block | undefined {
  const cards = sriovCards.length + otherMacAddresses.length;
  if (cards < MOST_NETWORK_CARDS) return undefined;
  return block('TooManyDevices', `VM ${name} has ${cards} network cards; vSphere allows ${MOST_NETWORK_CARDS}.`);
}

function tooManyPassthroughDevices({ name, sriovCards, passthroughDevices = 0, hardwareVersion }: Vm): Block | undefined {
  const version = Number(/^vmx-(\d+)$/.exec(hardwareVersion)?.[1] ?? Number.NaN);
  const limit = MOST_PASSTHROUGH.find(({ upTo }) => version <= upTo);
  const devices = sriovCards.length + passthroughDevices;
  if (limit === undefined || devices < limit.devices) return undefined;
  return block(
    'TooManyDevices',
    `VM ${name} has ${devices} passthrough devices; virtual hardware ${hardwareVersion} allows ${limit.devices}.`,
  );
}
