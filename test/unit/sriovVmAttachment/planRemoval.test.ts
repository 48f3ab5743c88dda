/** The planner for an attachment that is being deleted: which steps, in which order, because of which rule, and what stops it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unknown } from '../../../operator/controllers/fact.ts';
import { plan } from '../../../operator/controllers/sriovVmAttachment/plan.ts';
import { fakeCard } from '../../support/fakes/vsphere.ts';
import { aRuleInput, ourCard, policy, type Row, shown } from './observations.ts';
import { MAC, PF } from './scene.ts';

const on = { powerState: 'poweredOn' } as const;
const locked = { memoryLockedToMax: true } as const;
const inPlace = { ...locked, ...on };
const running = ourCard({ virtualFunction: '0000:3b:00.2' });
const device = { key: 4000, macAddress: MAC, physicalFunction: PF };
const change = { cardsBefore: [], powerOn: true, startedTime: '2026-01-01T00:00:00Z' };
const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const OFF = 'PowerOffVm/vmMustBeOff';
const ON = 'PowerOnVm/powerOwed';
const GONE = 'RemoveFinalizer/attachmentDeleted';

const DELETING: readonly Row[] = [
  { why: 'nothing was ever touched', steps: ['RemoveFinalizer/nothingAttached'] },
  {
    why: 'the card comes out and the memory setting goes back',
    vm: locked,
    card: ourCard(),
    memory: { device },
    steps: ['ReconfigureVm/attachmentDeleted', GONE],
  },
  {
    why: 'a running VM loses its power only for the removal',
    vm: inPlace,
    card: running,
    memory: { device },
    steps: [OFF, 'ReconfigureVm/attachmentDeleted', ON, GONE],
  },
  {
    why: 'no power-off without permission',
    vm: inPlace,
    card: running,
    memory: { device },
    spec: policy('Never'),
    steps: ['AwaitPowerOff/vmMustBeOff', 'ReconfigureVm/attachmentDeleted', GONE],
    blocked: 'PowerOffNotAllowed',
  },
  {
    why: 'powerOn is for attaching: a VM that was off stays off',
    vm: locked,
    card: ourCard(),
    memory: { device },
    spec: { powerPolicy: { powerOn: true } },
    steps: ['ReconfigureVm/attachmentDeleted', GONE],
  },
  {
    why: 'a running VM is not powered off only to unlock its memory',
    vm: inPlace,
    memory: { device, restore: { memoryLockedToMax: false, memoryReservationMB: 0 } },
    steps: [GONE],
  },
  {
    why: 'the card is gone already and the VM is off: the memory setting goes back',
    vm: locked,
    memory: { device, restore: { memoryLockedToMax: false, memoryReservationMB: 0 } },
    steps: ['ReconfigureVm/attachmentDeleted', GONE],
  },
  {
    why: 'Retain leaves everything',
    vm: inPlace,
    card: running,
    memory: { device },
    spec: { deletionPolicy: 'Retain' },
    steps: ['RemoveFinalizer/retained'],
  },
  {
    why: 'Retain still owes the power that the operator took',
    vm: {},
    memory: { power: { poweredOffByUs: true } },
    spec: { deletionPolicy: 'Retain' },
    steps: [ON, GONE],
  },
  { why: 'the VM is gone for good', seen: { vm: unknown('VmNotFound', 'gone') }, memory: { device }, steps: ['RemoveFinalizer/vmGone'] },
  {
    why: 'the host object is gone for good',
    seen: { host: unknown('HostNotFound', 'gone'), vm: unknown('NotYetKnown', '') },
    memory: { device },
    steps: ['RemoveFinalizer/hostGone'],
  },
  {
    why: 'an unreachable server is no end',
    seen: { vm: unknown('VsphereUnreachable', 'no answer') },
    memory: { device },
    steps: [],
    blocked: 'VsphereUnreachable',
  },
  {
    why: 'two VMs that fit are no end',
    seen: { vm: unknown('VmAmbiguous', 'two') },
    memory: { device },
    steps: [],
    blocked: 'VmAmbiguous',
  },
  {
    why: 'a card that cannot be told from others is not removed',
    seen: { card: unknown('CardNotIdentified', 'two') },
    memory: { change },
    steps: [],
    blocked: 'CardNotIdentified',
  },
  {
    why: 'other cards of the VM are nobody’s business here',
    vm: { ...locked, sriovCards: [fakeCard(4001)] },
    card: ourCard(),
    memory: { device },
    steps: ['ReconfigureVm/attachmentDeleted', GONE],
  },
  {
    why: 'abandon lets go at once',
    vm: inPlace,
    card: running,
    memory: { device },
    metadata: { ...deleted, annotations: { 'sriov.esxi.io/abandon': '' } },
    steps: ['RemoveFinalizer/abandoned'],
  },
  {
    why: 'a card that cannot be told from others is no reason to leave the VM off',
    seen: { card: unknown('CardNotIdentified', 'two') },
    memory: { change, power: { poweredOffByUs: true } },
    steps: [ON],
  },
];

describe('the plan of a deletion', () => {
  it.each(DELETING)('$why', (row) => {
    expect(shown({ ...row, metadata: { ...deleted, ...row.metadata } })).toEqual({ steps: row.steps, blocked: row.blocked });
  });
});

describe('the planner of deletions', () => {
  const facts = ['host', 'port', 'vsphereHost', 'physicalFunction', 'vm', 'card', 'network', 'accounting'] as const;
  const hidden = fc.subarray([...facts], { minLength: 1 });
  const power = fc.constantFrom('poweredOn', 'poweredOff', 'suspended');

  it('removes no card in a deletion without knowing VM and card', () => {
    fc.assert(
      fc.property(hidden, power, (names, powerState) => {
        const seen = Object.fromEntries(names.map((name) => [name, unknown('NotYetKnown', 'hidden')]));
        const { steps, blocked } = plan(
          aRuleInput({ vm: { ...locked, powerState }, card: ourCard(), memory: { device }, seen, metadata: deleted }),
        );
        const writes = blocked === undefined && steps.some(({ kind }) => kind !== 'RemoveFinalizer');
        expect(writes && (names.includes('vm') || names.includes('card'))).toBe(false);
      }),
    );
  });
});
