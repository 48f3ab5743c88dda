/** `fit`: room by table, and the cost of making room as the operator itself would plan it. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost } from '../../../operator/api/types.ts';
import { fitView } from '../../../operator/cli/fit/fitView.ts';
import { planGrowth, withChanges } from '../../../operator/cli/fit/growth.ts';
import type { FitRequest } from '../../../operator/cli/fit/room.ts';
import { PLAIN } from '../../../operator/cli/io.ts';
import { renderFit } from '../../../operator/cli/render/fit.ts';
import { connectX5En, connectX6Dx, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';
import { attachment, host, port, stalled } from './objects.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const request = (more: Partial<FitRequest> = {}): FitRequest => ({ vms: 1, vfs: 1, linkType: 'Ethernet', maxVfs: 255, ...more });
const tryFit = (more: Partial<FitRequest>, hosts: readonly SriovHost[], attachments = [attachment()]) =>
  fitView(request(more), hosts, { attachments, now: NOW });

describe('room', () => {
  it.each([
    { why: 'of 6 present one is used: 5 are free', more: { vms: 5 }, placedNow: 5, left: 0, restarts: 0 },
    { why: 'VMs with two each take whole pairs', more: { vms: 3, vfs: 2 }, placedNow: 2, left: 0, restarts: 1 },
    { why: 'what does not fit is placed by a change', more: { vms: 8 }, placedNow: 5, left: 0, restarts: 1 },
    { why: 'a limit of one’s own is kept', more: { vms: 20, maxVfs: 8 }, placedNow: 5, left: 5, restarts: 1 },
    { why: 'of another link type there is none', more: { vms: 1, linkType: 'InfiniBand' as const }, placedNow: 0, left: 1, restarts: 0 },
    { why: 'only the adapter that is named', more: { vms: 1, adapter: 'other' }, placedNow: 0, left: 1, restarts: 0 },
  ])('$why', ({ more, placedNow, left, restarts }) => {
    const view = tryFit(more, [readHost()]);
    expect({ placedNow: view.placedNow, left: view.left, restarts: view.restarts }).toEqual({ placedNow, left, restarts });
  });

  it.each([
    {
      why: 'a stalled host',
      closed: host({ status: { conditions: stalled('AdapterNotFound', 'x') } }),
      note: 'is Stalled (AdapterNotFound)',
    },
    { why: 'a host on hold', closed: host({ annotations: { 'sriov.esxi.io/hold': '' } }), note: 'is Held (Succeeded)' },
    { why: 'a host in maintenance mode', closed: host({ status: { esxi: { maintenanceMode: true } } }), note: 'is in maintenance mode' },
    { why: 'a host with a newer spec', closed: host({ generation: 2 }), note: 'has a spec that the operator has not looked at yet' },
  ])('$why takes nothing, and says why', ({ closed, note }) => {
    const view = tryFit({ vms: 1 }, [closed]);
    expect({ left: view.left, note: view.hosts[0]?.note }).toEqual({ left: 1, note });
  });

  it('counts an attachment whose VM is off as taken: it would find its place gone', () => {
    const { device: _, ...off } = attachment().status ?? {};
    const waiting = {
      ...attachment({ name: 'web-01' }),
      status: { ...off, vm: { moRef: '25', name: 'web-01', powerState: 'poweredOff' } },
    };
    expect(tryFit({ vms: 6 }, [readHost()], [attachment(), waiting]).placedNow).toBe(4);
  });

  it('counts what VMs without an attachment use', () => {
    const adapters = [{ name: 'fabric0', ports: [port(1, 4, 3), port(2, 2, 2)] }];
    expect(tryFit({ vms: 6 }, [host({ status: { adapters } })]).placedNow).toBe(1);
  });

  it('of an observed host is used and never changed', () => {
    const observed = host({ spec: { mode: 'Observe' } });
    const view = tryFit({ vms: 6 }, [observed]);
    expect({ now: view.placedNow, left: view.left, note: view.hosts[0]?.note }).toEqual({ now: 5, left: 1, note: 'spec.mode is Observe' });
  });

  it('ends where a card of the same board has said that it ends', () => {
    const detail = 'VfCountExceedsDevice: adapter fabric0: the device allows at most 6 for NUM_OF_VFS; lower vfs or firmwareVfs';
    const journal = [
      {
        time: NOW.toISOString(),
        action: 'SetFirmwareParameters',
        subject: 'fabric0',
        result: 'Failed' as const,
        durationSeconds: 0,
        detail,
      },
    ];
    const told = host({ name: 'esx-02', status: { conditions: stalled('VfCountExceedsDevice', 'x'), adapters: [fabric()], journal } });
    // 6 of 6 on both ports, of which one is used.
    expect(tryFit({ vms: 20 }, [readHost(), told]).left).toBe(20 - 11);
  });

  it('is not promised where the firmware was not read', () => {
    const view = tryFit({ vms: 6 }, [host()]);
    expect({ now: view.placedNow, left: view.left, note: view.hosts[0]?.note }).toEqual({
      now: 5,
      left: 1,
      note: 'cannot have more, as far as is known',
    });
  });

  it('is made on as few hosts as possible, those first where the firmware has room', () => {
    const roomy = host({ name: 'esx-02', status: { adapters: [{ ...fabric(), ports: [wide(1), wide(2)] }] } });
    const view = tryFit({ vms: 25 }, [readHost(), roomy]);
    expect(view.hosts.map(({ host: name, afterChange }) => [name, afterChange])).toEqual([
      ['fleet/esx-01', 0],
      ['fleet/esx-02', 14],
    ]);
    expect({ restarts: view.restarts, change: view.hosts[1]?.growth?.steps }).toEqual({
      restarts: 1,
      change: ['EnterMaintenance', 'SetDriverOptions', 'WarmReboot'],
    });
  });
});

/** A host whose firmware was read. */
const readHost = (): SriovHost => host({ status: { adapters: [{ ...fabric(), ports: [port(1, 4, 1), port(2, 2, 0)] }] } });
const fabric = () => ({
  name: 'fabric0',
  device: 'ConnectX-5',
  mstDevice: 'mt4119_pciconf0',
  psid: 'MT_0000000080',
  firmware: { running: '16.31.1014', flashed: '16.31.1014' },
});
const wide = (number: number) => ({
  ...port(number, number === 1 ? 4 : 2, 0),
  vfs: { ...port(number, number === 1 ? 4 : 2, 0).vfs, firmware: 16 },
});

describe('the cost', () => {
  it.each([
    { why: 'within the firmware: a warm reboot', from: [4, 4], to: [4, 2], cards: [connectX5En], linkType: undefined },
    { why: 'beyond the firmware', from: [4, 2], to: [8, 2], cards: [connectX5En], linkType: undefined },
    { why: 'both ports', from: [4, 4], to: [16, 16], cards: [connectX6Dx], linkType: undefined },
    { why: 'a first virtual function of a second port', from: [8, 0], to: [8, 8], cards: [connectX6Dx], linkType: undefined },
    { why: 'InfiniBand under the Ethernet subclass', from: [4, 4], to: [8, 4], cards: [connectX6Vpi], linkType: 'InfiniBand' as const },
    { why: 'beside a card that nobody declared', from: [4, 2], to: [4, 4], cards: [connectX5En, connectX6Dx], linkType: undefined },
  ])('is that of the plan which the operator then makes: $why', async ({ from, to, cards, linkType }) => {
    const clock = new ManualClock();
    const adapters = cards.map((model) => ({ model }));
    const world = new HostWorld({ id: 'host-1', name: 'esx-01', profile: hostProfile({ tools: 'withMft' }), adapters, clock });
    const ports = from.map((vfs, index) => ({ number: index + 1, vfs, ...(linkType === undefined ? {} : { linkType }) }));
    const run = await runHost(world, clock, hostSpec({ adapters: [adapterSpec('fabric0', '0000:3b:00.0', ports)] }));
    const settled = run.host();
    expect(findCondition(settled.status?.conditions, 'Ready')?.status).toBe('True');
    const changes = from.flatMap((count, index) =>
      to[index] === count ? [] : [{ adapter: 'fabric0', port: index + 1, from: count, to: to[index] ?? 0, beyondFirmware: false }],
    );
    const foreseen = planGrowth(settled, changes, { attachments: [], now: new Date(clock.now()) });
    const { cluster } = run;
    const metadata = { ...settled.metadata, generation: 2 };
    cluster.put('SriovHost', { ...settled, metadata, spec: { ...withChanges(settled, changes), mode: 'Observe' } });
    const again = await runHost(world, clock, settled.spec, { cluster, most: 3 });
    const plan = again.host().status?.plan;
    expect({ steps: foreseen.steps, restarts: foreseen.restarts }).toEqual({
      steps: plan?.steps.map(({ kind }) => kind),
      restarts: plan?.restarts,
    });
    expect(foreseen.restarts).toBe(1);
  });

  it('names the VMs in the way and what the plan would wait for', () => {
    const view = tryFit({ vms: 8 }, [readHost()]);
    const { growth } = view.hosts[0] ?? {};
    expect(growth?.runningVms).toEqual(['db-01']);
    expect(growth?.waitsFor).toContain('db-01');
  });
});

describe('the answer', () => {
  it('is a table, the sum, and what to do', () => {
    const view = tryFit({ vms: 8 }, [readHost(), host({ name: 'esx-02', status: { conditions: stalled('AdapterNotFound', 'x') } })]);
    expect(renderFit(view, PLAIN).join('\n')).toBe(
      [
        'HOST          FREE  VMS NOW  VMS AFTER  RESTARTS  CHANGE',
        'fleet/esx-01  5     5        3          1         fabric0 port 1 vfs 4 -> 7',
        'fleet/esx-02  0     0                             is Stalled (AdapterNotFound)',
        '',
        '8 VMs with 1 Ethernet VF each: 5 fit now, 3 after 1 host changed with 1 restart',
        '',
        'fleet/esx-01',
        '  steps: EnterMaintenance, SetFirmwareParameters, SetDriverOptions, ColdCycle',
        '  running VMs with functions of this host: db-01',
        '  would wait for RunningVmsBlock: 1 VM(s) run on this host and spec.disruption.runningVms is Block: db-01; move or shut them down and the operator goes on by itself',
        '  NUM_OF_VFS goes up: the card says whether it allows that when it is set',
        '  to do it: set vfs: 7 on port 1 of fabric0 with kubectl edit srh esx-01 -n fleet',
      ].join('\n'),
    );
  });
});
