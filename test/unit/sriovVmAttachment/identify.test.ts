/** Which card is ours: never one that somebody else added. */
import { describe, expect, it } from '@jest/globals';
import { identifyCard } from '../../../operator/controllers/sriovVmAttachment/identify.ts';
import type { AttachmentMemory } from '../../../operator/controllers/sriovVmAttachment/memory.ts';
import type { SriovCard } from '../../../operator/ports/vsphere.ts';
import { fakeCard, standardNetwork } from '../../support/fakes/vsphere.ts';
import { aVm } from './observations.ts';
import { MAC, OTHER_PF, PF } from './scene.ts';

const network = standardNetwork('fabric').backing;
const on = (key: number, macAddress: string, more: Partial<SriovCard> = {}) =>
  fakeCard(key, { macAddress, physicalFunction: PF, network, ...more });
const FOREIGN = '00:50:56:00:00:77';
const device = { key: 4000, macAddress: MAC, physicalFunction: PF };
const change = { cardsBefore: [4000], powerOn: false, startedTime: '2026-01-01T00:00:00Z' };

interface Row {
  readonly why: string;
  readonly cards: readonly SriovCard[];
  readonly memory: Partial<AttachmentMemory>;
  readonly macAddress?: string;
  readonly physicalFunction?: string | undefined;
  readonly taken?: readonly string[];
  /** Key of the card, undefined for none, or the reason why nobody knows. */
  readonly found: number | undefined | string;
}

const ROWS: readonly Row[] = [
  { why: 'key and MAC address as recorded', cards: [on(4000, MAC)], memory: { device }, found: 4000 },
  { why: 'another case of the MAC address is the same address', cards: [on(4000, '00:50:56:3F:00:01')], memory: { device }, found: 4000 },
  { why: 'the key moved, the MAC address stayed', cards: [on(4001, MAC)], memory: { device }, found: 4001 },
  {
    why: 'our card on another physical function is still ours',
    cards: [on(4000, MAC, { physicalFunction: OTHER_PF })],
    memory: { device },
    found: 4000,
  },
  {
    why: 'our key with another MAC address, all else as it was: the address was changed',
    cards: [on(4000, FOREIGN)],
    memory: { device },
    found: 4000,
  },
  {
    why: 'our key used again on another physical function',
    cards: [on(4000, FOREIGN, { physicalFunction: OTHER_PF })],
    memory: { device },
    found: undefined,
  },
  {
    why: 'our key used again on another port group',
    cards: [on(4000, FOREIGN, { network: standardNetwork('other').backing })],
    memory: { device },
    found: undefined,
  },
  {
    why: 'our key used again for the card of another attachment',
    cards: [on(4000, FOREIGN)],
    memory: { device },
    taken: [FOREIGN],
    found: undefined,
  },
  {
    why: 'nothing recorded: a card with the declared MAC address is not ours for that',
    cards: [on(4000, MAC)],
    memory: {},
    macAddress: MAC,
    found: undefined,
  },
  {
    why: 'after a crash: the card that was not there before',
    cards: [on(4000, FOREIGN), on(4001, MAC)],
    memory: { change },
    macAddress: MAC,
    found: 4001,
  },
  {
    why: 'after a crash, with an address that vSphere chose',
    cards: [on(4000, FOREIGN), on(4001, '00:50:56:00:00:78')],
    memory: { change },
    found: 4001,
  },
  {
    why: 'after a crash before the request: all cards were there before',
    cards: [on(4000, FOREIGN)],
    memory: { change },
    found: undefined,
  },
  {
    why: 'after a crash: a new card on another physical function is somebody else’s',
    cards: [on(4001, FOREIGN, { physicalFunction: OTHER_PF })],
    memory: { change },
    found: undefined,
  },
  {
    why: 'after a crash: the new card of another attachment',
    cards: [on(4001, FOREIGN)],
    memory: { change },
    taken: [FOREIGN],
    found: undefined,
  },
  {
    why: 'after a crash: two new cards that fit',
    cards: [on(4001, FOREIGN), on(4002, MAC)],
    memory: { change },
    found: 'CardNotIdentified',
  },
  {
    why: 'after a crash: one new card, but nothing to prove it by',
    cards: [on(4001, FOREIGN)],
    memory: { change },
    physicalFunction: undefined,
    found: 'CardNotIdentified',
  },
  {
    why: 'a change that adds no card identifies none',
    cards: [on(4001, FOREIGN)],
    memory: { change: { powerOn: false, startedTime: change.startedTime } },
    found: undefined,
  },
];

describe('identifyCard', () => {
  it.each(ROWS)('$why', ({ cards, memory, macAddress, taken = [], found, ...row }) => {
    const physicalFunction = 'physicalFunction' in row ? row.physicalFunction : PF;
    const fact = identifyCard({
      vm: aVm({ sriovCards: cards }),
      memory: { journal: [], ...memory },
      wanted: { physicalFunction, network, macAddress },
      takenMacAddresses: new Set(taken),
    });
    expect(fact.known ? fact.value?.key : fact.because.reason).toBe(found);
  });
});
