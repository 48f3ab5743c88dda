/** What must hold of the network, the addresses and the virtual functions before a card is added. */
import { block, type Rule, unknownBlocks } from './rule.ts';

/** Always looked at. */
export const CARD_RULES: readonly Rule[] = [
  // The port group that gives the card its VLAN exists on the host.
  function portGroupExists({ observation }) {
    return unknownBlocks(observation.network);
  },
  // The operator can tell its own card from all others.
  function cardIdentified({ observation }) {
    return unknownBlocks(observation.card);
  },
];

/** Looked at only when a card has to be added. */
export const CARD_ADD_RULES: readonly Rule[] = [
  // Who holds the virtual functions is known.
  function functionsCounted({ observation }) {
    return unknownBlocks(observation.accounting);
  },
  // Two cards with one MAC address on one fabric break both.
  function macAddressFree({ attachment, observation: { accounting } }) {
    if (!accounting.known || accounting.value.macAddressUsedBy === undefined) return undefined;
    return block('MacAddressInUse', `MAC address ${attachment.spec.macAddress} is used by ${accounting.value.macAddressUsedBy}.`);
  },
  // vSphere would add the card and then refuse to power the VM on (KB 309346).
  function functionFree({ observation: { accounting, physicalFunction } }) {
    if (!accounting.known || !physicalFunction.known) return undefined;
    const { present, holders } = accounting.value;
    if (holders.length < present) return undefined;
    const shown = holders.slice(0, 8).join(', ');
    const more = holders.length > 8 ? ` and ${holders.length - 8} more` : '';
    return block(
      'NoFreeVirtualFunction',
      `Physical function ${physicalFunction.value.id} has ${present} virtual functions, taken by: ${shown}${more}.`,
    );
  },
];
