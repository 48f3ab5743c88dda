/** The command that the demo takes over from the operator. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHost } from '../../../operator/api/types.ts';
import { approveWords } from '../../demo/approval.ts';

function saying(message: string): SriovHost {
  return {
    apiVersion: 'sriov.esxi.io/v1alpha1',
    kind: 'SriovHost',
    metadata: { name: 'esx-06', namespace: 'demo', uid: 'u1', generation: 1 },
    spec: {} as SriovHost['spec'],
    status: { conditions: [{ type: 'Ready', status: 'False', reason: 'ApprovalRequired', message, lastTransitionTime: '' }] },
  };
}

describe('approveWords', () => {
  it('are those of the message, to its end', () => {
    expect(approveWords(saying('the plan waits: kubectl annotate sriovhost esx-06 -n demo --overwrite sriov.esxi.io/approve=abc'))).toEqual(
      ['annotate', 'sriovhost', 'esx-06', '-n', 'demo', '--overwrite', 'sriov.esxi.io/approve=abc'],
    );
  });

  it.each([
    { why: 'there is no command', message: 'the plan waits' },
    { why: 'the command is another one', message: 'look at it: kubectl describe sriovhost esx-06' },
  ])('fail and show the message when $why', ({ message }) => {
    expect(() => approveWords(saying(message))).toThrow(`esx-06 names no command to approve with: '${message}'`);
  });
});
