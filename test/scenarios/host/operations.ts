/** People at work: approval, hold, observing, drift, the way back, deletion. */
import { setTimeout as sleep } from 'node:timers/promises';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost } from '../../../operator/api/types.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import type { Lab } from '../../support/lab/lab.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';
import { permitHolders, twoHostsOnePermit } from './oneAtATime.ts';

const adapters = [FABRIC0];
const world = { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX5En }] } as const;
const goal = { ...world, adapters: [{ model: connectX5En, parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } }], moduleOptions: 'max_vfs=8,4' };

async function annotate({ lab, hostKey }: Stage, ...words: readonly string[]): Promise<void> {
  const [namespace = '', name = ''] = hostKey.split('/');
  await kubectl(lab, ['annotate', 'sriovhost', name, '-n', namespace, '--overwrite', ...words]);
}

async function kubectl(lab: Lab, words: readonly string[]): Promise<void> {
  const { code, stderr } = await lab.api.kubectl([...words]);
  if (code !== 0) throw new Error(`kubectl ${words.join(' ')}: ${stderr}`);
}

async function untilReady({ lab, hostKey }: Stage, status: 'True' | 'False', reason: string): Promise<SriovHost> {
  return await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status, reason, timeoutMs: 90_000 });
}

function untouched({ host }: Stage): void {
  const { reconfigurations, restarts } = host.world.counters;
  if (reconfigurations + restarts.length > 0)
    throw new Error(`${reconfigurations} settings and ${restarts.length} restarts were not allowed`);
  if (host.world.maintenanceMode) throw new Error('the host was put into maintenance mode');
}

/** Runs the very command that the message tells. */
async function approveAsTold({ lab }: Stage, host: SriovHost): Promise<void> {
  const message = findCondition(host.status?.conditions, 'Ready')?.message ?? '';
  const [, command] = /kubectl (annotate .*)$/.exec(message) ?? [];
  if (command === undefined) throw new Error(`no command in '${message}'`);
  await kubectl(lab, command.split(' '));
}

function expectStatus(stage: Stage, what: string, holds: (status: NonNullable<SriovHost['status']>) => boolean): void {
  const status = stage.lab.observer.get('SriovHost', stage.hostKey)?.status;
  if (status === undefined || !holds(status)) throw new Error(`${what}: ${JSON.stringify(status, null, 1)}`);
}

/** Changes the ready host by hand and waits until that was named and repaired. */
async function drift(stage: Stage, tamper: () => void, field: string): Promise<void> {
  await untilReady(stage, 'True', 'Succeeded');
  tamper();
  const seen = stage.lab.observer.until('SriovHost', stage.hostKey, (host) => host?.status?.drift?.fields.includes(field) === true, {
    what: `the drift '${field}'`,
  });
  await annotate(stage, 'example.com/look=now');
  await seen;
  await stage.lab.observer.until('SriovHost', stage.hostKey, (host) => host?.status?.drift === undefined, { what: 'the repair' });
}

async function hasEvent({ lab, namespace }: Stage, reason: string): Promise<void> {
  const words = ['get', 'events.events.k8s.io', '-n', namespace, '-o', 'jsonpath={.items[*].reason}'];
  for (const deadline = performance.now() + 10_000; ; await sleep(100)) {
    if ((await lab.api.kubectl(words)).stdout.split(' ').includes(reason)) return;
    if (performance.now() > deadline) throw new Error(`no event ${reason}`);
  }
}

const approval = { disruption: { approval: 'Required' } };

export const OPERATIONS: readonly Scenario[] = [
  {
    name: 'one-at-a-time',
    kind: 'host',
    why: 'two hosts need a restart, one may be unavailable: the other says whom it waits for, and goes on by itself, also after a crash',
    world: goal,
    spec: { adapters },
    play: async ({ reasons }) => await twoHostsOnePermit(reasons),
    expect: { ready: true, restarts: 0 },
  },
  {
    name: 'approval-required',
    kind: 'host',
    why: 'nothing is written before the plan is approved by the command in the message',
    world,
    spec: { adapters, ...approval },
    play: async (stage) => {
      const waiting = await untilReady(stage, 'False', 'ApprovalRequired');
      untouched(stage);
      await approveAsTold(stage, waiting);
    },
    expect: { ready: true, restarts: 1 },
    verify: (stage) => expectStatus(stage, 'the approval is acknowledged', ({ acknowledged }) => acknowledged?.approve !== undefined),
  },
  {
    name: 'approval-changed-plan',
    kind: 'host',
    why: 'an approval counts for one plan: after a change of the spec the old one opens nothing',
    world,
    spec: { adapters, ...approval },
    play: async (stage) => {
      const first = await untilReady(stage, 'False', 'ApprovalRequired');
      const more = { ...FABRIC0, ports: [{ number: 1, vfs: 4 }] };
      await stage.applyHost({ adapters: [more] });
      await approveAsTold(stage, first);
      const second = await stage.lab.observer.until(
        'SriovHost',
        stage.hostKey,
        (host) => host?.status?.plan?.hash !== undefined && host.status.plan.hash !== first.status?.plan?.hash,
        { what: 'another plan' },
      );
      await annotate(stage, 'example.com/look=now');
      await untilReady(stage, 'False', 'ApprovalRequired');
      untouched(stage);
      if (second !== undefined) await approveAsTold(stage, second);
      await untilReady(stage, 'True', 'Succeeded');
    },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'observe-mode',
    kind: 'host',
    why: 'the plan is shown, nothing is written',
    world,
    spec: { adapters, mode: 'Observe' },
    expect: { ready: false, reason: 'ObserveOnly', restarts: 0 },
    verify: (stage) => {
      untouched(stage);
      expectStatus(stage, 'the plan is shown', ({ plan }) => plan?.steps.some(({ kind }) => kind === 'SetDriverOptions') === true);
    },
    remedy: async (stage) => await stage.applyHost({ mode: 'Enforce' }),
  },
  {
    name: 'hold',
    kind: 'host',
    why: 'hold stops everything, removing it (release) lets it go on',
    world,
    spec: { adapters },
    annotations: { 'sriov.esxi.io/hold': '' },
    play: async (stage) => {
      await untilReady(stage, 'False', 'OnHold');
      untouched(stage);
      expectStatus(stage, 'hold is acknowledged', ({ acknowledged }) => acknowledged?.hold === '');
      await annotate(stage, 'sriov.esxi.io/hold-');
    },
    expect: { ready: true, restarts: 1 },
    verify: (stage) => expectStatus(stage, 'the release is acknowledged', ({ acknowledged }) => acknowledged?.hold === undefined),
  },
  {
    name: 'drift-firmware',
    kind: 'host',
    why: 'a firmware parameter that was changed for the next start is named with both values and set back without a restart',
    world,
    spec: { adapters },
    play: async (stage) => {
      const [card] = stage.host.world.adapters;
      await drift(stage, () => card?.config.store([{ name: 'NUM_OF_VFS', value: '4' }]), 'firmware fabric0: NUM_OF_VFS 8 -> 4');
      if (card?.config.next('NUM_OF_VFS') !== 8) throw new Error('the firmware parameter was not set back');
      await hasEvent(stage, 'Drifted');
    },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'drift-driver',
    kind: 'host',
    why: 'driver options that somebody replaced are named and set back before a restart loads them',
    world,
    spec: { adapters },
    play: async (stage) => {
      const { modules } = stage.host.world;
      await drift(stage, () => modules.set('nmlx5_core', 'max_vfs=1,1'), "driver nmlx5_core: 'max_vfs=8,4' -> 'max_vfs=1,1'");
      if (modules.configured('nmlx5_core') !== 'max_vfs=8,4') throw new Error('the driver options were not set back');
    },
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'restore',
    kind: 'host',
    why: 'one annotation brings firmware parameters and driver options back with one restart, and then the host is left alone',
    world: { ...world, moduleOptions: 'pfctx=0x08' },
    spec: { adapters },
    play: async (stage) => {
      await untilReady(stage, 'True', 'Succeeded');
      await annotate(stage, 'sriov.esxi.io/restore=2026-01-01');
    },
    expect: { ready: false, reason: 'Restored', restarts: 2, message: /as they were found/ },
    verify: (stage) => {
      const { modules, adapters: cards, functions } = stage.host.world;
      const end = [modules.configured('nmlx5_core'), cards[0]?.config.current('SRIOV_EN'), cards[0]?.config.current('NUM_OF_VFS')];
      const vfs = functions.reduce((sum, fn) => sum + fn.virtualFunctions.length, 0);
      if (JSON.stringify([...end, vfs]) !== '["pfctx=0x08",0,0,0]') throw new Error(`the host ended with ${JSON.stringify([...end, vfs])}`);
      expectStatus(stage, 'the verb is acknowledged', ({ acknowledged }) => acknowledged?.restore === '2026-01-01');
    },
    remedy: async (stage) => await annotate(stage, 'sriov.esxi.io/restore-'),
  },
  {
    name: 'delete-in-maintenance',
    kind: 'host',
    why: 'deleted while it waits in maintenance mode: the host is handed back, its permit is free, then the object goes',
    world: { ...world, bmc: false, misbehaviour: [{ kind: 'warmRebootNotEnough' }] },
    spec: { adapters },
    play: async (stage) => {
      const { lab, namespace, host, hostKey } = stage;
      await untilReady(stage, 'False', 'ManualPowerCycleRequired');
      if (!host.world.maintenanceMode) throw new Error('the host is not in maintenance mode');
      if (!(await permitHolders(lab)).some((holder) => holder.startsWith(hostKey)))
        throw new Error('a host that is stuck keeps its permit');
      await lab.remove('sriovhost', namespace, host.world.name);
      await lab.observer.until('SriovHost', hostKey, (object) => object === undefined, {
        what: 'the end of the object',
        timeoutMs: 90_000,
      });
      if (host.world.maintenanceMode) throw new Error('the host was left in maintenance mode');
      if ((await permitHolders(lab)).some((holder) => holder.startsWith(hostKey))) throw new Error('the permit was not given back');
      await stage.applyHost({ mode: 'Observe' });
    },
    expect: { ready: false, reason: 'ObserveOnly', restarts: 1 },
  },
];
