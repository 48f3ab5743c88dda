/** What the demo's timeline makes of the states of an object. */
import { describe, expect, it } from '@jest/globals';
import type { JournalEntry, SriovHost, SriovHostStatus, SriovVmAttachment, SriovVmAttachmentStatus } from '../../../operator/api/types.ts';
import { createHistory, notesBetween } from '../../demo/history.ts';

const metadata = { name: 'one', namespace: 'demo', uid: 'u1', generation: 1 };

function host(status: SriovHostStatus): SriovHost {
  return { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovHost', metadata, spec: {} as SriovHost['spec'], status };
}

function attachment(status: SriovVmAttachmentStatus): SriovVmAttachment {
  return { apiVersion: 'sriov.esxi.io/v1alpha1', kind: 'SriovVmAttachment', metadata, spec: {} as SriovVmAttachment['spec'], status };
}

function action(name: string, more: Partial<JournalEntry> = {}): JournalEntry {
  return {
    time: '2026-01-01T00:00:00Z',
    action: name,
    subject: 'host',
    result: 'Succeeded',
    durationSeconds: 0,
    detail: `detail of ${name}`,
    ...more,
  };
}

function restart(state: 'Requested' | 'Completed'): NonNullable<SriovHostStatus['restarts']> {
  const last = { kind: 'WarmReboot', requestedTime: '', generation: 1, bootTimeBefore: '', pending: [], sends: 1, state } as const;
  return { count: 1, total: 1, last };
}

const words = (...notes: ReturnType<typeof notesBetween>): readonly string[] => notes.map(({ what, detail }) => `${what}: ${detail}`);

describe('notesBetween', () => {
  it('notes only the actions that are new, also when the journal has dropped its oldest', () => {
    const before = host({ journal: [action('A'), action('B')] });
    const after = host({ journal: [action('B'), action('C')] });
    expect(words(...notesBetween(before, after))).toEqual(['C: detail of C']);
  });

  it('takes two equal actions within one second for two', () => {
    const before = host({ journal: [action('A')] });
    expect(words(...notesBetween(before, host({ journal: [action('A'), action('A')] })))).toEqual(['A: detail of A']);
  });

  it('says that an action failed', () => {
    expect(words(...notesBetween(undefined, host({ journal: [action('A', { result: 'Failed' })] })))).toEqual(['A: failed: detail of A']);
  });

  it('notes a boot and the virtual functions that it brought before the actions that followed', () => {
    const before = host({ restarts: restart('Requested'), vfs: { desired: 8, present: 0 } });
    const after = host({ restarts: restart('Completed'), vfs: { desired: 8, present: 8 }, journal: [action('ExitMaintenance')] });
    expect(notesBetween(before, after).map(({ what }) => what)).toEqual(['Booted', 'VirtualFunctions', 'ExitMaintenance']);
  });

  it.each([
    { why: 'the first count', before: undefined, present: 4, expected: ['VirtualFunctions: found 4 of 8 declared'] },
    { why: 'another count', before: 4, present: 8, expected: ['VirtualFunctions: 4 -> 8 of 8 declared'] },
    { why: 'the same count', before: 8, present: 8, expected: [] },
  ])('notes virtual functions: $why', ({ before, present, expected }) => {
    const was = before === undefined ? undefined : host({ vfs: { desired: 8, present: before } });
    expect(words(...notesBetween(was, host({ vfs: { desired: 8, present } })))).toEqual(expected);
  });

  it('notes the virtual function of the guest once', () => {
    const device = { key: 13015, macAddress: '00:50:56:3f:00:01', physicalFunction: '0000:3b:00.0', virtualFunction: '0000:3b:00.2' };
    const after = attachment({ device });
    expect(words(...notesBetween(attachment({}), after))).toEqual([
      'VirtualFunction: the guest has 0000:3b:00.2 of physical function 0000:3b:00.0, MAC address 00:50:56:3f:00:01',
    ]);
    expect(notesBetween(after, attachment({ device }))).toEqual([]);
  });

  it('notes that the plan waits, once, and that it was approved', () => {
    const waiting: SriovHostStatus = {
      plan: { hash: 'abc', restarts: 1, steps: [] },
      conditions: [{ type: 'Ready', status: 'False', reason: 'ApprovalRequired', message: 'waits', lastTransitionTime: '' }],
    };
    const approved: SriovHostStatus = { approval: { hash: 'abc', generation: 1, restarts: 1, used: 0 } };
    expect(words(...notesBetween(host({}), host(waiting)))).toEqual(['WaitsForApproval: plan abc, one restart']);
    expect(notesBetween(host(waiting), host(waiting))).toEqual([]);
    expect(words(...notesBetween(host(waiting), host(approved)))).toEqual(['Approved: plan abc, one restart and no more']);
    expect(notesBetween(host(approved), host(approved))).toEqual([]);
  });

  it('notes Ready when it becomes true, and not while it stays so', () => {
    const ready = {
      conditions: [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'as declared', lastTransitionTime: '' }],
    } as const;
    expect(words(...notesBetween(host({}), host(ready)))).toEqual(['Ready: as declared']);
    expect(notesBetween(host(ready), host(ready))).toEqual([]);
  });
});

describe('createHistory', () => {
  it('keeps the notes of an object with the time at which they were seen', () => {
    let now = 100;
    const history = createHistory(() => now);
    const first = host({ journal: [action('A')] });
    history.see(first);
    now = 200;
    history.see(first);
    history.see(host({ journal: [action('A'), action('B')] }));
    expect(history.objects()).toEqual([
      {
        kind: 'SriovHost',
        name: 'one',
        entries: [
          { atMs: 100, what: 'A', detail: 'detail of A' },
          { atMs: 200, what: 'B', detail: 'detail of B' },
        ],
      },
    ]);
  });
});
