/** Conditions and the rest of the status, from one look and one plan. */
import { describe, expect, it } from '@jest/globals';
import { reasonEntry } from '../../../operator/api/reasons.ts';
import type { SriovVmAttachmentStatus } from '../../../operator/api/types.ts';
import { unknown } from '../../../operator/controllers/fact.ts';
import { remember } from '../../../operator/controllers/sriovVmAttachment/memory.ts';
import { plan } from '../../../operator/controllers/sriovVmAttachment/plan.ts';
import { type Report, report } from '../../../operator/controllers/sriovVmAttachment/status.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { aRuleInput, ourCard, policy, type Situation } from './observations.ts';
import { MAC, OTHER_PF, PF, START } from './scene.ts';

const on = { powerState: 'poweredOn' } as const;
const inPlace = { ...on, memoryLockedToMax: true } as const;
const card = ourCard({ virtualFunction: '0000:3b:00.2' });
const device = { key: 4000, macAddress: MAC, physicalFunction: PF };
const deleted = { deletionTimestamp: '2026-01-01T00:00:00Z' };
const ALL = ['Ready', 'Reconciling', 'Stalled', 'HostReady', 'VmFound', 'Attached'];

function statusOf(situation: Situation, more: Partial<Report> = {}): SriovVmAttachmentStatus {
  const input = aRuleInput(situation);
  return report({ ...input, plan: plan(input), phase: 'Idle', failure: undefined, held: undefined, ...more });
}

interface Row {
  readonly why: string;
  readonly situation: Situation;
  readonly more?: Partial<Report>;
  /** Ready, Reconciling, Stalled, HostReady, VmFound, Attached. */
  readonly says: readonly string[];
}

const lost = new PortError('VsphereUnreachable', 'vcenter.example.com does not answer');
const denied = new PortError('VspherePermissionDenied', 'no privilege');
const ROWS: readonly Row[] = [
  {
    why: 'all as declared',
    situation: { vm: inPlace, card },
    says: ['True Succeeded', 'False Idle', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'True Attached'],
  },
  {
    why: 'a plan is being carried out',
    situation: { vm: on },
    says: ['False Working', 'True Working', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'False Working'],
  },
  {
    why: 'the guest is shutting down',
    situation: { vm: on },
    more: { phase: 'ShuttingDown' },
    says: ['False Working', 'True PoweringOff', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'False Working'],
  },
  {
    why: 'somebody has to power the VM off',
    situation: { vm: on, spec: policy('Never') },
    says: [
      'False PowerOffNotAllowed',
      'True PowerOffNotAllowed',
      'False NotStalled',
      'True AsDeclared',
      'True AsDeclared',
      'False PowerOffNotAllowed',
    ],
  },
  {
    why: 'somebody changed the card, and it is being repaired',
    situation: { vm: inPlace, card: ourCard({ physicalFunction: OTHER_PF }), memory: { device } },
    says: ['False CardDrifted', 'True Working', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'False CardDrifted'],
  },
  {
    why: 'two things are wrong: each condition has its own reason, Ready that of the first',
    situation: { seen: { port: unknown('HostNotReady', 'no'), vm: unknown('VmNotFound', 'no'), card: unknown('NotYetKnown', '') } },
    says: ['False HostNotReady', 'True HostNotReady', 'False NotStalled', 'False HostNotReady', 'False VmNotFound', 'Unknown NotYetKnown'],
  },
  {
    why: 'the server does not answer: nobody knows',
    situation: { seen: { vsphereHost: unknown('VsphereUnreachable', lost.message), failure: lost, card: unknown('NotYetKnown', '') } },
    says: [
      'Unknown VsphereUnreachable',
      'True VsphereUnreachable',
      'False NotStalled',
      'Unknown VsphereUnreachable',
      'True AsDeclared',
      'Unknown NotYetKnown',
    ],
  },
  {
    why: 'only a person can help: stalled, and nothing is under way',
    situation: { seen: { vsphereHost: unknown('VspherePermissionDenied', denied.message), failure: denied } },
    says: [
      'False VspherePermissionDenied',
      'False Idle',
      'True VspherePermissionDenied',
      'False VspherePermissionDenied',
      'True AsDeclared',
      'False VspherePermissionDenied',
    ],
  },
  {
    why: 'a step failed',
    situation: { vm: on },
    more: { failure: { reason: 'PowerOnFailed', message: 'no' } },
    says: ['False PowerOnFailed', 'True PowerOnFailed', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'False PowerOnFailed'],
  },
  {
    why: 'held: the plan is shown only',
    situation: { vm: on },
    more: { held: { reason: 'OnHold', message: 'held' } },
    says: ['False OnHold', 'False OnHold', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'False Working'],
  },
  {
    why: 'the card is being taken out',
    situation: { vm: inPlace, card, memory: { device }, metadata: deleted },
    says: ['False Detaching', 'True Detaching', 'False NotStalled', 'True AsDeclared', 'True AsDeclared', 'False Working'],
  },
];

describe('conditions', () => {
  it.each(ROWS)('$why', ({ situation, more, says }) => {
    const { conditions = [] } = statusOf(situation, more);
    expect(conditions.map(({ type }) => type)).toEqual(ALL);
    expect(conditions.map(({ status, reason }) => `${status} ${reason}`)).toEqual(says);
  });

  it.each(ROWS)('say only what the table of reasons knows, with its remedy: $why', ({ situation, more }) => {
    const { conditions = [] } = statusOf(situation, more);
    for (const { type, status, reason, message } of conditions) {
      const { remedy } = reasonEntry('SriovVmAttachment', reason as Parameters<typeof reasonEntry<'SriovVmAttachment'>>[1]);
      const tells = type === 'Ready' && status !== 'True' && !['Working', 'CardDrifted'].includes(reason);
      expect(message).toContain(tells ? remedy : '');
    }
  });

  it('keep the time of their last transition while their status stays', () => {
    const before = statusOf({ vm: on, spec: policy('Never') });
    const input = aRuleInput({ vm: inPlace, card });
    const attachment = { ...input.attachment, status: before };
    const later = new Date(START + 60_000);
    const after = report({ ...input, attachment, plan: plan(input), phase: 'Idle', failure: undefined, held: undefined, now: later });
    const times = Object.fromEntries(
      (after.conditions ?? []).map(({ type, lastTransitionTime }) => [type, lastTransitionTime.slice(14, 19)]),
    );
    expect(times).toEqual({
      Ready: '01:00',
      Reconciling: '01:00',
      Stalled: '00:00',
      HostReady: '00:00',
      VmFound: '00:00',
      Attached: '01:00',
    });
  });
});

describe('status', () => {
  it('shows the plan with its reasons and what it takes from the VM', () => {
    const { plan: shown } = statusOf({ vm: on, spec: { guestMtuChange: true } });
    expect(shown).toEqual({
      vmPowerOffs: 1,
      steps: [
        { kind: 'PowerOffVm', subject: 'vm/', description: 'power the VM off', because: 'vmMustBeOff', disruption: 'VmPowerOff' },
        {
          kind: 'ReconfigureVm',
          subject: 'vm/',
          description: `add an SR-IOV card on physical function ${PF}, port group fabric, MAC address ${MAC}, guest MTU change allowed; reserve and lock all memory`,
          because: 'cardMissing',
          disruption: 'None',
        },
        { kind: 'PowerOnVm', subject: 'vm/', description: 'power the VM on', because: 'powerOwed', disruption: 'None' },
      ],
    });
  });

  it('is the same for the same world, so that nothing is written at rest', () => {
    const input = aRuleInput({ vm: inPlace, card, memory: { device } });
    const first = statusOf({ vm: inPlace, card, memory: { device } });
    const again = report({
      ...input,
      attachment: { ...input.attachment, status: first },
      plan: plan(input),
      phase: 'Idle',
      failure: undefined,
      held: undefined,
      now: new Date(START + 3_600_000),
    });
    expect(again).toEqual(first);
  });

  it('keeps the last twenty actions', () => {
    const journal = Array.from({ length: 20 }, (_, index) => ({
      time: '2026-01-01T00:00:00Z',
      action: `Action${index}`,
      subject: 'vm/db-01',
      result: 'Succeeded' as const,
      durationSeconds: 1,
    }));
    const [newest] = journal.slice(-1);
    const kept = newest === undefined ? [] : remember({ journal }, { ...newest, action: 'Newest' }).journal;
    expect(kept).toHaveLength(20);
    expect([kept[0]?.action, kept.at(-1)?.action]).toEqual(['Action1', 'Newest']);
  });
});
