/** `status --fold`: what is as declared takes one line, and what is not keeps its rows. */
import { describe, expect, it } from '@jest/globals';
import { PLAIN } from '../../../operator/cli/io.ts';
import { renderStatus } from '../../../operator/cli/render/status.ts';
import { statusView } from '../../../operator/cli/statusView.ts';
import { fakeKube, fleetAnswers, runVerb } from './fakeKube.ts';
import { attachment, host, port, stalled, waitingHost } from './objects.ts';

const folded = (...args: Parameters<typeof statusView>): readonly string[] => renderStatus(statusView(...args), PLAIN, { fold: true });

describe('a host is folded', () => {
  it('where all of it is as declared, and its line counts what is behind it', () => {
    expect(folded([host()], [attachment()])).toEqual([
      'NAME    STATE    DECLARED  PRESENT  MESSAGE',
      'esx-01  ✔ Ready  6         6        as declared; 1 adapter, 2 ports, 1 VM',
    ]);
  });

  it.each([
    { why: 'the host waits', objects: [waitingHost()], vms: [] },
    { why: 'it is held', objects: [host({ annotations: { 'sriov.esxi.io/hold': '' } })], vms: [] },
    { why: 'one of its VMs is not ready', objects: [host()], vms: [attachment({ status: { conditions: stalled('VmNotFound', 'x') } })] },
    {
      why: 'a VM asks for a port that is not declared',
      objects: [host()],
      vms: [attachment({ spec: { function: { kind: 'Virtual', adapter: 'gone', port: 1 } } })],
    },
    {
      why: 'an adapter has a problem',
      objects: [host({ status: { adapters: [{ name: 'fabric0', problem: { reason: 'AdapterNotFound', message: 'x' } }] } })],
      vms: [],
    },
    {
      why: 'a port has too few virtual functions',
      objects: [
        host({
          status: { adapters: [{ name: 'fabric0', ports: [port(1, 4, 0), { ...port(2, 2, 0), vfs: { desired: 2, present: 1 } }] }] },
        }),
      ],
      vms: [],
    },
    {
      why: 'a port has no link',
      objects: [host({ status: { adapters: [{ name: 'fabric0', ports: [{ ...port(1, 4, 0), linkUp: false }] }] } })],
      vms: [],
    },
  ])('but not where $why', ({ objects, vms }) => {
    expect(folded(objects, vms).join('\n')).toContain('adapter fabric0');
    expect(folded(objects, vms)).toEqual(renderStatus(statusView(objects, vms), PLAIN));
  });
});

it('is only for people: programs get all of it', async () => {
  const fleet = fakeKube(fleetAnswers([host()], [attachment()]));
  const json = async (flags: Readonly<Record<string, true>>) => (await runVerb(fleet, { verb: 'status', flags, format: 'json' })).stdout;
  expect(await json({ fold: true })).toBe(await json({}));
  expect((await runVerb(fleet, { verb: 'status', flags: { fold: true } })).stdout).not.toContain('adapter fabric0');
});
