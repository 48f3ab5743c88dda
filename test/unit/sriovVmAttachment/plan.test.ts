/** The planner alone: which steps, in which order, because of which rule, and what stops it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { unknown } from '../../../operator/controllers/fact.ts';
import { plan } from '../../../operator/controllers/sriovVmAttachment/plan.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { aRuleInput, ourCard, policy, type Row, shown } from './observations.ts';
import { MAC, OTHER_PF, PF } from './scene.ts';

const on = { powerState: 'poweredOn' } as const;
const locked = { memoryLockedToMax: true } as const;
const inPlace = { ...locked, ...on };
const running = ourCard({ virtualFunction: '0000:3b:00.2' });
const device = { key: 4000, macAddress: MAC, physicalFunction: PF };
const asked = { poweredOffByUs: true, requestedTime: '2026-01-01T00:00:00Z' } as const;
const change = { cardsBefore: [], powerOn: true, startedTime: '2026-01-01T00:00:00Z' };
const ADD = 'ReconfigureVm/cardMissing';
const OFF = 'PowerOffVm/vmMustBeOff';
const ON = 'PowerOnVm/powerOwed';

const ATTACHING: readonly Row[] = [
  { why: 'nothing to do while the VM is off with its card', vm: locked, card: ourCard(), steps: [] },
  { why: 'nothing to do while the VM runs with its card', vm: inPlace, card: running, steps: [] },
  { why: 'the VM is off already', steps: [ADD] },
  { why: 'the finalizer comes before the first write to the VM', metadata: { finalizers: [] }, steps: ['AddFinalizer/cardMissing', ADD] },
  { why: 'a running VM is powered off first and on again last', vm: on, steps: [OFF, ADD, ON] },
  { why: 'a VM that was off is powered on where asked', spec: { powerPolicy: { powerOn: true } }, steps: [ADD, ON] },
  { why: 'the guest is asked first', vm: on, spec: policy('GuestShutdown'), steps: ['ShutdownGuest/vmMustBeOff', ADD, ON] },
  {
    why: 'the guest is waited for',
    vm: on,
    spec: policy('GuestShutdown'),
    memory: { power: asked },
    at: 59,
    steps: ['ShutdownGuest/vmMustBeOff', ADD, ON],
  },
  {
    why: 'the guest had its time, and cutting the power is not allowed',
    vm: on,
    spec: policy('GuestShutdown'),
    memory: { power: asked },
    at: 60,
    steps: ['ShutdownGuest/vmMustBeOff', ADD, ON],
    blocked: 'GuestShutdownTimedOut',
  },
  {
    why: 'a retry gives the guest its time anew',
    vm: on,
    spec: policy('GuestShutdown'),
    memory: { power: asked },
    at: 60,
    retry: true,
    steps: ['ShutdownGuest/vmMustBeOff', ADD, ON],
  },
  {
    why: 'the guest had its time, and cutting the power is allowed',
    vm: on,
    spec: policy('GuestShutdownThenPowerOff'),
    memory: { power: asked },
    at: 60,
    steps: [OFF, ADD, ON],
  },
  {
    why: 'a guest without tools cannot be asked',
    vm: { ...on, toolsRunning: false },
    spec: policy('GuestShutdown'),
    steps: ['ShutdownGuest/vmMustBeOff', ADD, ON],
    blocked: 'GuestToolsNotRunning',
  },
  {
    why: 'tools that stop while the guest shuts down are no obstacle',
    vm: { ...on, toolsRunning: false },
    spec: policy('GuestShutdown'),
    memory: { power: asked },
    at: 5,
    steps: ['ShutdownGuest/vmMustBeOff', ADD, ON],
  },
  {
    why: 'no power-off without permission',
    vm: on,
    spec: policy('Never'),
    steps: ['AwaitPowerOff/vmMustBeOff', ADD],
    blocked: 'PowerOffNotAllowed',
  },
  {
    why: 'drift without permission is called drift',
    vm: inPlace,
    card: ourCard({ physicalFunction: OTHER_PF }),
    memory: { device },
    spec: policy('Never'),
    steps: ['AwaitPowerOff/vmMustBeOff', 'ReconfigureVm/cardDiffers'],
    blocked: 'CardDrifted',
  },
  {
    why: 'a lost memory lock alone is a reason for one change',
    vm: on,
    card: running,
    spec: policy('PowerOff'),
    steps: [OFF, 'ReconfigureVm/memoryNotLocked', ON],
  },
  {
    why: 'guest MTU change is compared only where it is declared',
    vm: inPlace,
    card: { ...running, allowGuestMtuChange: true },
    steps: [],
  },
  {
    why: 'guest MTU change is as declared or the card is replaced',
    vm: locked,
    card: ourCard(),
    spec: { guestMtuChange: true },
    steps: ['ReconfigureVm/cardDiffers'],
  },
  {
    why: 'a card that says nothing about the guest MTU does not allow its change',
    vm: locked,
    card: ourCard(),
    spec: { guestMtuChange: false },
    steps: [],
  },
  {
    why: 'power that is owed is given, also without a change',
    vm: locked,
    card: ourCard(),
    memory: { power: { poweredOffByUs: true } },
    steps: [ON],
  },
  { why: 'power that is owed after a crash in the middle', vm: {}, memory: { change }, steps: [ADD, ON] },
  { why: 'the power-on waits for another attachment of the VM', seen: { pendingSiblings: ['lab/b'] }, vm: on, steps: [OFF, ADD] },
  {
    why: 'all that is left is to wait for it',
    vm: locked,
    card: ourCard(),
    memory: { change },
    seen: { pendingSiblings: ['lab/b'] },
    at: 60,
    steps: [ON],
    blocked: 'WaitingForOtherAttachments',
  },
  {
    why: 'it waits no longer than a minute',
    vm: locked,
    card: ourCard(),
    memory: { change },
    seen: { pendingSiblings: ['lab/b'] },
    at: 61,
    steps: [ON],
  },
  {
    why: 'what vSphere refused is not tried with another power-off',
    vm: on,
    memory: { refused: { generation: 1, message: 'no memory' } },
    steps: [OFF, ADD, ON],
    blocked: 'ChangeRefused',
  },
  {
    why: 'power is owed even after a refusal',
    memory: { refused: { generation: 1, message: 'no memory' }, power: { poweredOffByUs: true } },
    steps: [ON],
  },
  { why: 'full: holders may be as many as there are functions less one', seen: { accounting: account(7, 8) }, steps: [ADD] },
  { why: 'full: no function is left', seen: { accounting: account(8, 8) }, steps: [ADD], blocked: 'NoFreeVirtualFunction' },
  { why: 'a card that is in place needs no free function', vm: locked, card: ourCard(), seen: { accounting: account(8, 8) }, steps: [] },
  {
    why: 'a running VM whose card has no virtual function is not ready',
    vm: inPlace,
    card: ourCard(),
    steps: [],
    blocked: 'VirtualFunctionNotAssigned',
  },
  {
    why: 'a snapshot is no obstacle to giving power back',
    vm: { ...locked, hasSnapshot: true },
    card: ourCard(),
    memory: { change },
    steps: [ON],
  },
  {
    why: 'an obstacle that came up after the power-off: the VM gets its power back',
    seen: { network: unknown('PortGroupNotFound', 'gone') },
    memory: { power: { poweredOffByUs: true }, change },
    steps: [ON],
  },
  {
    why: 'an obstacle to the change that came up after the power-off',
    seen: { accounting: account(8, 8) },
    memory: { power: { poweredOffByUs: true }, change },
    steps: [ON],
  },
  {
    why: 'an obstacle to the power-on itself is waited for',
    vm: { question: 'Continue?' },
    memory: { power: { poweredOffByUs: true }, change },
    steps: [ADD, ON],
    blocked: 'VmHasQuestion',
  },
  {
    why: 'a server that fails is not asked for a power-on on the side',
    seen: { network: unknown('VsphereFault', 'fault'), failure: new PortError('VsphereFault', 'fault') },
    memory: { power: { poweredOffByUs: true }, change },
    steps: [],
    blocked: 'VsphereFault',
  },
];

function account(holders: number, present: number) {
  const names = Array.from({ length: holders }, (_, index) => `VM vm-${index}`);
  return { known: true, value: { present, inUse: 0, holders: names, macAddressUsedBy: undefined } } as const;
}

describe('the plan of an attachment', () => {
  it.each(ATTACHING)('$why', (row) => {
    expect(shown(row)).toEqual({ steps: row.steps, blocked: row.blocked });
  });
});

describe('the planner', () => {
  const facts = ['host', 'port', 'vsphereHost', 'physicalFunction', 'vm', 'card', 'network', 'accounting'] as const;
  const hidden = fc.subarray([...facts], { minLength: 1 });
  const power = fc.constantFrom('poweredOn', 'poweredOff', 'suspended');

  it('never throws and never touches a VM while a fact that an attachment rests on is unknown', () => {
    fc.assert(
      fc.property(hidden, power, (names, powerState) => {
        const seen = Object.fromEntries(names.map((name) => [name, unknown('NotYetKnown', 'hidden')]));
        const { steps, blocked } = plan(aRuleInput({ vm: { powerState }, seen }));
        expect(blocked === undefined && steps.length > 0).toBe(false);
      }),
    );
  });
});
