/** What people see, as text: without colours, without a width. */
import { describe, expect, it } from '@jest/globals';
import { failed, ok } from '../../../operator/cli/checks/finding.ts';
import { diffView } from '../../../operator/cli/diffView.ts';
import { PLAIN, styleOf, wantsColours } from '../../../operator/cli/io.ts';
import { mapView } from '../../../operator/cli/mapView.ts';
import { planView } from '../../../operator/cli/planView.ts';
import { renderCheck } from '../../../operator/cli/render/check.ts';
import { renderDiff } from '../../../operator/cli/render/diff.ts';
import { duration } from '../../../operator/cli/render/journal.ts';
import { renderMap } from '../../../operator/cli/render/map.ts';
import { renderPlan } from '../../../operator/cli/render/plan.ts';
import { renderStatus } from '../../../operator/cli/render/status.ts';
import { layOut, wrapText } from '../../../operator/cli/render/table.ts';
import { statusView } from '../../../operator/cli/statusView.ts';
import { summaryLines } from '../../../operator/cli/summaryLines.ts';
import { attachment, host, port, stalled, waitingHost } from './objects.ts';

const status = (...args: Parameters<typeof statusView>): string => renderStatus(statusView(...args), PLAIN).join('\n');

describe('status', () => {
  it('shows the chain from host to VM, with every layer of virtual functions', () => {
    expect(status([host()], [attachment()])).toBe(
      [
        'NAME               STATE    DECLARED  FIRMWARE  DRIVER  PRESENT  IN USE  MESSAGE',
        'esx-01             ✔ Ready  6                           6                as declared',
        '└─adapter fabric0                                                        ConnectX-5, firmware 16.31.1014',
        '  ├─port 1 vmnic2           4         4         4       4        1       Ethernet',
        '  │ └─VM db-01     ✔ Ready                                               poweredOn, VF 0000:3b:00.2, 00:50:56:3f:00:01',
        '  └─port 2 vmnic3           2         4         2       2        0       Ethernet',
      ].join('\n'),
    );
  });

  it.each([
    { why: 'nothing there is said in words', view: statusView([], []), says: 'no SriovHost and no SriovVmAttachment here' },
    {
      why: 'a hold is shown with its reason, also while all is well',
      view: statusView([host({ annotations: { 'sriov.esxi.io/hold': 'disk swap' } })], []),
      says: '‖ Held',
    },
    {
      why: 'the reason of a hold',
      view: statusView([host({ annotations: { 'sriov.esxi.io/hold': 'disk swap' } })], []),
      says: 'held: disk swap; as declared',
    },
    { why: 'an older look is marked', view: statusView([host({ generation: 2 })], []), says: '(of the spec before its last change)' },
    { why: 'a new object has no state yet', view: statusView([host({ status: { conditions: [] } })], []), says: '? Unseen' },
    {
      why: 'the command in a message names the host',
      view: statusView([waitingHost()], []),
      says: 'annotate sriovhost esx-01 --overwrite',
    },
    {
      why: 'an attachment of another namespace shows where it is from',
      view: statusView([host()], [attachment({ namespace: 'tenant' })]),
      says: 'VM db-01 by tenant/db-01',
    },
    {
      why: 'an attachment to a port that is not declared is not lost',
      view: statusView([host()], [attachment({ spec: { function: { kind: 'Virtual', adapter: 'gone', port: 1 } } })]),
      says: '└─VM db-01',
    },
    { why: 'nor is one whose host is not there', view: statusView([], [attachment()]), says: 'attachments without a host here' },
    {
      why: 'a downed uplink is no fault of InfiniBand',
      view: statusView([infiniband()], []),
      says: 'InfiniBand\n',
    },
  ])('$why', ({ view, says }) => {
    expect(`${renderStatus(view, PLAIN).join('\n')}\n`).toContain(says);
  });

  it('names the problem of an adapter once, where the host row says it already', () => {
    const problem = { reason: 'AdapterNotFound', message: 'no adapter fits' };
    const broken = host({
      status: { conditions: stalled(problem.reason, problem.message), progress: problem.message, adapters: [{ name: 'fabric0', problem }] },
    });
    expect(status([broken], []).match(/no adapter fits/g)).toHaveLength(1);
  });

  it('is one line for each object where nothing can be overwritten', () => {
    expect(summaryLines(statusView([host()], [attachment()]))).toEqual([
      ['srh/fleet/esx-01', 'Ready 6/6 VFs - as declared'],
      ['sva/fleet/db-01', 'Ready - attached'],
    ]);
  });
});

function infiniband() {
  return host({ status: { adapters: [{ name: 'fabric0', ports: [{ ...port(1, 4, 0), linkType: 'InfiniBand', linkUp: false }] }] } });
}

describe('plan', () => {
  it('shows steps, cost, hash, what it waits for and the next command', () => {
    expect(renderPlan(planView(waitingHost()), PLAIN).join('\n')).toBe(
      [
        'SriovHost fleet/esx-01: 2 steps, 1 restart',
        '',
        '#  STEP                   ON       TAKES    WHAT',
        '1  SetFirmwareParameters  fabric0           set NUM_OF_VFS 0 -> 4',
        '2  WarmReboot             host     Restart  reboot',
        '',
        'running VMs that a restart touches: web-01',
        'hash: 1f0c2a9b77de',
        'approval: required',
        '',
        'ApprovalRequired',
        '  the plan in status.plan, with one restart, waits for approval: kubectl annotate sriovhost esx-01 --overwrite x=1f0c2a9b77de',
        '',
        'Next:',
        '  kubectl sriov approve esx-01 -n fleet 1f0c2a9b77de',
      ].join('\n'),
    );
  });

  it('says that nothing is left to do', () => {
    expect(renderPlan(planView(host()), PLAIN)).toEqual(['SriovHost fleet/esx-01: nothing to do']);
  });

  it('names the rule behind each step when there is room', () => {
    expect(renderPlan(planView(waitingHost()), { ...PLAIN, wide: true }).join('\n')).toContain('firmware-vfs');
  });
});

describe('diff', () => {
  const result = (...args: Parameters<typeof host>): readonly string[] =>
    diffView(host(...args)).map(({ item, seen, same }) => `${item}: ${seen} ${same === undefined ? 'unknown' : same ? 'same' : 'differs'}`);

  it.each([
    {
      why: 'more in firmware than needed is kept',
      options: { status: { adapters: [{ name: 'fabric0', ports: [port(1, 4, 0)] }] } },
      says: 'fabric0 NUM_OF_VFS: 4 same',
    },
    {
      why: 'an adapter that was not seen is unknown, not different',
      options: { status: { adapters: [] } },
      says: 'fabric0 port 1 present: not seen unknown',
    },
    {
      why: 'a VIB that waits for a restart',
      options: {
        spec: { software: [{ name: 'mft', minVersion: '4.22', source: { vib: '/x.vib' } }] },
        status: { conditions: [], software: [{ name: 'mft', staged: '4.22' }] },
      },
      says: 'mft: not running, 4.22 after the next restart differs',
    },
    {
      why: 'firmware that was burned and does not run yet',
      options: {
        spec: {
          adapters: [
            { ...adapter(), firmware: { version: '16.35.4030', image: { path: '/vmfs/volumes/x/y', sha256: '' }, allowDowngrade: false } },
          ],
        },
        status: { adapters: [{ name: 'fabric0', firmware: { running: '16.31.1014', flashed: '16.35.4030' } }] },
      },
      says: 'fabric0 version: 16.31.1014, 16.35.4030 after the next restart differs',
    },
    {
      why: 'a parameter that the card does not have',
      options: {
        spec: { adapters: [{ ...adapter(), parameters: { ROCE_CONTROL: '2' } }] },
        status: { adapters: [{ name: 'fabric0', unsupportedParameters: ['ROCE_CONTROL'] }] },
      },
      says: 'fabric0 ROCE_CONTROL: this device has no such parameter differs',
    },
  ])('$why', ({ options, says }) => {
    expect(result(options as Parameters<typeof host>[0])).toContain(says);
  });

  it('says same in words and glyphs', () => {
    expect(renderDiff(diffView(host()), PLAIN)[1]).toBe('firmware           fabric0 NUM_OF_VFS      at least 4  4     ✔ same');
  });
});

function adapter() {
  const [first] = host().spec.adapters;
  if (first === undefined) throw new Error('the host of the tests has an adapter');
  return first;
}

describe('map', () => {
  it('has one cell for each virtual function and says whose it is', () => {
    expect(renderMap(mapView(statusView([host()], [attachment()])), PLAIN).join('\n')).toBe(
      [
        'fleet/esx-01',
        '  fabric0 port 1 vmnic2  [A...]',
        '  fabric0 port 2 vmnic3  [..]',
        '  A  VM db-01, VF 0000:3b:00.2',
        '',
        '.  free',
      ].join('\n'),
    );
  });

  it.each([
    { why: 'in use without an attachment', ports: [port(1, 4, 1)], cells: '[#...]' },
    { why: 'declared and not there', ports: [{ ...port(1, 4, 0), vfs: { desired: 4, present: 1, inUse: 0 } }], cells: '[.---]' },
    { why: 'there and not declared', ports: [{ ...port(1, 4, 0), vfs: { desired: 4, present: 5, inUse: 0 } }], cells: '[....+]' },
  ])('$why', ({ ports, cells }) => {
    expect(renderMap(mapView(statusView([host({ status: { adapters: [{ name: 'fabric0', ports }] } })], [])), PLAIN)[1]).toContain(cells);
  });
});

describe('check', () => {
  it('has a word beside each glyph and a hint under what is not ok', () => {
    const findings = [ok('api-server', 'fine'), failed('lease', 'gone', 'look')];
    expect(renderCheck(findings, PLAIN)).toEqual([
      'cluster',
      '✔ ok       fine',
      'operator',
      '✖ failed   gone',
      '           hint: look',
      '           see docs/checks.md#lease',
      '',
      '1 ok, 0 warnings, 1 failed',
    ]);
  });

  it('is one line for each that is not ok, where it is to be short', () => {
    const findings = [ok('api-server', 'fine'), failed('lease', 'gone', 'look')];
    expect(renderCheck(findings, PLAIN, true)).toEqual(['✖ failed   gone (docs/checks.md#lease)', '1 ok, 0 warnings, 1 failed']);
    expect(renderCheck(findings.slice(0, 1), PLAIN, true)).toEqual(['1 ok, 0 warnings, 0 failed']);
  });
});

describe('tables', () => {
  it('cut the last column where the terminal ends, and nothing else', () => {
    const lines = layOut(['A', 'B'], [[{ text: 'name' }, { text: 'x'.repeat(60) }]], { ...PLAIN, columns: 40 });
    expect(lines[1]).toHaveLength(39);
    expect(lines[1]?.endsWith('…')).toBe(true);
  });
  it('leave out columns that nobody fills', () => {
    expect(layOut(['A', 'B', 'C'], [[{ text: 'a' }, { text: '' }, { text: 'c' }]], PLAIN)).toEqual(['A  C', 'a  c']);
  });
  it('break long texts at spaces', () => {
    expect(wrapText('one two three four five six seven', 2, { ...PLAIN, columns: 30 })).toEqual([
      '  one two three four five six',
      '  seven',
    ]);
  });
  it.each([
    { why: 'seconds', seconds: 45, text: '45s' },
    { why: 'minutes', seconds: 200, text: '3m20s' },
    { why: 'hours', seconds: 3900, text: '1h05m' },
  ])('durations in $why', ({ seconds, text }) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('colours', () => {
  it.each([
    { why: 'a terminal', terminal: true, env: {}, wanted: true },
    { why: 'a pipe', terminal: false, env: {}, wanted: false },
    { why: 'NO_COLOR', terminal: true, env: { NO_COLOR: '1' }, wanted: false },
    { why: 'an empty NO_COLOR does not count (no-color.org)', terminal: true, env: { NO_COLOR: '' }, wanted: true },
    { why: 'a dumb terminal', terminal: true, env: { TERM: 'dumb' }, wanted: false },
  ])('$why', ({ terminal, env, wanted }) => {
    expect(wantsColours(terminal, env)).toBe(wanted);
    const painted = styleOf({ colours: wanted, columns: () => 0 }, false).paint('bad', 'x');
    expect(painted === 'x').toBe(!wanted);
  });
});
