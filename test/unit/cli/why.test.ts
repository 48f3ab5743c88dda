/** Runbooks with the values of the object at hand. */
import { describe, expect, it } from '@jest/globals';
import { PLAIN } from '../../../operator/cli/io.ts';
import { nextCommand } from '../../../operator/cli/nextCommand.ts';
import { renderWhy } from '../../../operator/cli/render/why.ts';
import { fillIn, isGood, whyView } from '../../../operator/cli/whyView.ts';
import { attachment, condition, HASH, host, stalled, waiting, waitingHost } from './objects.ts';

describe('why', () => {
  it('groups conditions by reason, with meaning, remedy, next command and evidence', () => {
    expect(renderWhy(whyView(waitingHost()), PLAIN).join('\n')).toBe(
      [
        'SriovHost fleet/esx-01  ◌ Working',
        '',
        'ApprovalRequired  (Ready, Reconciling)',
        `  the plan in status.plan, with one restart, waits for approval: kubectl annotate sriovhost esx-01 --overwrite x=${HASH}`,
        '  Meaning: The plan is disruptive and spec.disruption.approval is Required.',
        `  What to do: Read status.plan, then annotate the host: sriov.esxi.io/approve=${HASH}. Another plan needs another approval.`,
        '',
        'Next:',
        `  kubectl sriov approve esx-01 -n fleet ${HASH}`,
        '',
        'Last actions:',
        '  TIME                  ACTION    ON    RESULT     TOOK  DETAIL',
        '  2026-01-01T00:00:00Z  StartMst  host  Succeeded  2s    mst start',
      ].join('\n'),
    );
  });

  it('of a host that is as declared is one line', () => {
    expect(renderWhy(whyView(host()), PLAIN)).toEqual(['SriovHost fleet/esx-01  ✔ Ready', '  as declared']);
  });

  it('shows a reason that this plugin is too old to know without inventing a runbook', () => {
    const [trouble] = whyView(host({ status: { conditions: waiting('FromTheFuture', 'something new') } })).troubles;
    expect(trouble).toEqual({ reason: 'FromTheFuture', conditions: ['Ready', 'Reconciling'], messages: ['something new'] });
  });
});

describe('runbooks', () => {
  it.each([
    { why: 'a placeholder is replaced', text: 'approve=<status.plan.hash>.', filled: `approve=${HASH}.` },
    {
      why: 'a path gets its value behind it',
      text: 'Raise spec.disruption.maxRestarts.',
      filled: 'Raise spec.disruption.maxRestarts (now 4).',
    },
    { why: 'a path without a value stays', text: 'Set spec.bmc.caBundle.', filled: 'Set spec.bmc.caBundle.' },
    { why: 'a path of a structure stays', text: 'Read status.plan, then go on', filled: 'Read status.plan, then go on' },
    { why: 'a list has no single value', text: 'Compare spec.adapters[].selector', filled: 'Compare spec.adapters[].selector' },
    { why: 'the name of the object', text: 'kubectl get srh <name>', filled: 'kubectl get srh esx-01' },
    { why: 'what is inherited is no field', text: '<spec.constructor.name>', filled: '<spec.constructor.name>' },
  ])('$why', ({ text, filled }) => {
    expect(fillIn(text, waitingHost())).toBe(filled);
  });
});

describe('conditions', () => {
  it.each([
    { why: 'Ready is good when True', given: condition('Ready', 'True', 'x'), good: true },
    { why: 'Unknown is not good', given: condition('Reachable', 'Unknown', 'x'), good: false },
    { why: 'Stalled is good when False', given: condition('Stalled', 'False', 'x'), good: true },
    { why: 'Reconciling is not good when True', given: condition('Reconciling', 'True', 'x'), good: false },
  ])('$why', ({ given, good }) => {
    expect(isGood(given)).toBe(good);
  });
});

describe('the next command', () => {
  it.each([
    { why: 'an approval', object: waitingHost(), command: `kubectl sriov approve esx-01 -n fleet ${HASH}` },
    {
      why: 'a hold comes first',
      object: host({ annotations: { 'sriov.esxi.io/hold': '' } }),
      command: 'kubectl sriov release esx-01 -n fleet',
    },
    {
      why: 'a retry of what is stalled',
      object: host({ status: { conditions: stalled('AdapterNotFound', 'x') } }),
      command: 'kubectl sriov retry esx-01 -n fleet   # once the cause is gone',
    },
    { why: 'none where time helps', object: host({ status: { conditions: waiting('WaitingForBoot', 'x') } }), command: undefined },
    { why: 'none where all is well', object: host(), command: undefined },
    {
      why: 'the host of an attachment that waits for it',
      object: attachment({
        status: { conditions: [...(waiting('HostNotReady', 'x') ?? []), condition('HostReady', 'False', 'HostNotReady')] },
      }),
      command: 'kubectl sriov why srh/esx-01 -n fleet',
    },
  ])('is $why', ({ object, command }) => {
    expect(nextCommand(object)).toBe(command);
  });
});
