/** Who holds the virtual functions of a physical function, counted once each. */
import { describe, expect, it } from '@jest/globals';
import type { SriovVmAttachment } from '../../../operator/api/types.ts';
import { accountFunctions } from '../../../operator/controllers/sriovVmAttachment/accounting.ts';
import type { Vm } from '../../../operator/ports/vsphere.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { aVm } from './observations.ts';
import { attachmentObject, OTHER_PF, PF } from './scene.ts';

const mac = (index: number) => `00:50:56:3f:00:0${index}`;
const card = (key: number, index: number, physicalFunction = PF) => fakeCard(key, { macAddress: mac(index), physicalFunction });
const me = attachmentObject('m', { macAddress: mac(1) }, { creationTimestamp: '2026-01-01T00:00:05Z' });
const other = (name: string, second: number, more: Partial<SriovVmAttachment> = {}): SriovVmAttachment => ({
  ...attachmentObject(name, { macAddress: mac(2) }, { creationTimestamp: `2026-01-01T00:00:0${second}Z` }),
  ...more,
});

interface Row {
  readonly why: string;
  readonly vms?: readonly Vm[];
  readonly others?: readonly SriovVmAttachment[];
  readonly own?: number;
  readonly holders: readonly string[];
  readonly inUse?: number;
}

const change = { cardsBefore: [], powerOn: false, startedTime: '2026-01-01T00:00:00Z' };
const ROWS: readonly Row[] = [
  { why: 'nobody', holders: [] },
  {
    why: 'our own card takes nothing from us, but is in use',
    vms: [aVm({ powerState: 'poweredOn', sriovCards: [card(4000, 1)] })],
    own: 4000,
    holders: [],
    inUse: 1,
  },
  {
    why: 'another card in our own VM counts',
    vms: [aVm({ sriovCards: [card(4000, 1), card(4001, 3)] })],
    own: 4000,
    holders: [`VM db-01 (${mac(3)})`],
  },
  {
    why: 'a card of nobody in a VM that is off counts',
    vms: [aVm({ moRef: 'vm-2', name: 'x', sriovCards: [card(4000, 3)] })],
    holders: [`VM x (${mac(3)})`],
  },
  { why: 'a template never runs', vms: [aVm({ moRef: 'vm-2', name: 'x', template: true, sriovCards: [card(4000, 3)] })], holders: [] },
  {
    why: 'a card on another physical function does not count',
    vms: [aVm({ moRef: 'vm-2', name: 'x', sriovCards: [card(4000, 3, OTHER_PF)] })],
    holders: [],
  },
  { why: 'an earlier attachment without a card comes first', others: [other('z', 4)], holders: ['attachment lab/z'] },
  { why: 'a later attachment without a card waits', others: [other('a', 6)], holders: [] },
  { why: 'equal times are ordered by name: before', others: [other('a', 5)], holders: ['attachment lab/a'] },
  { why: 'equal times are ordered by name: after', others: [other('z', 5)], holders: [] },
  {
    why: 'a later attachment that has begun is not overtaken',
    others: [other('z', 9, { status: { change } })],
    holders: ['attachment lab/z'],
  },
  {
    why: 'an attachment with its card counts once',
    others: [other('a', 1)],
    vms: [aVm({ moRef: 'vm-2', name: 'x', sriovCards: [card(4000, 2)] })],
    holders: [`VM x (${mac(2)})`],
  },
  {
    why: 'an attachment for another port does not compete',
    others: [{ ...other('a', 1), spec: { ...other('a', 1).spec, function: { kind: 'Virtual', adapter: 'fabric0', port: 2 } } }],
    holders: [],
  },
  {
    why: 'a deleted attachment counts by its card only',
    others: [other('a', 1, { metadata: { ...other('a', 1).metadata, deletionTimestamp: '2026-01-01T00:00:09Z' } })],
    holders: [],
  },
];

describe('accountFunctions', () => {
  it.each(ROWS)('$why', ({ vms = [], others = [], own, holders, inUse = 0 }) => {
    const physicalFunction = { id: PF, present: 8 };
    const own_ = { vmMoRef: 'vm-1', key: own };
    const result = accountFunctions({ attachment: me, attachments: [me, ...others], vms, physicalFunction, own: own_ });
    expect({ holders: result.holders, inUse: result.inUse, present: result.present }).toEqual({ holders, inUse, present: 8 });
  });

  it('lets one attachment at a time use a MAC address: the earlier one', () => {
    const rival = { ...other('z', 1), spec: { ...other('z', 1).spec, macAddress: mac(1).toUpperCase(), hostRef: { name: 'esx-99' } } };
    const input = { vms: [], physicalFunction: { id: PF, present: 8 }, own: { vmMoRef: 'vm-1', key: undefined } };
    expect(accountFunctions({ ...input, attachment: me, attachments: [me, rival] }).macAddressUsedBy).toBe('attachment lab/z');
    expect(accountFunctions({ ...input, attachment: rival, attachments: [me, rival] }).macAddressUsedBy).toBeUndefined();
  });

  it('knows the MAC address that vSphere chose for a card on another host, also of a younger attachment', () => {
    const { macAddress: _static, ...spec } = other('zz', 1).spec;
    const elsewhere = {
      ...other('zz', 1),
      spec: { ...spec, hostRef: { name: 'esx-99' } },
      status: { device: { key: 4000, macAddress: mac(1) } },
    };
    const input = { vms: [], physicalFunction: { id: PF, present: 8 }, own: { vmMoRef: 'vm-1', key: undefined } };
    const own = { ...me, status: { device: { key: 4000, macAddress: mac(1) } } };
    expect(accountFunctions({ ...input, attachment: me, attachments: [me, elsewhere] }).macAddressUsedBy).toBe('attachment lab/zz');
    expect(accountFunctions({ ...input, attachment: own, attachments: [own] }).macAddressUsedBy).toBeUndefined();
  });
});
