/** The host controller on simulated worlds without protocols: where it ends, and after how many restarts. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX4Lx, connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { adapterSpec, DRIVER_SOFTWARE, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const dual = [
  { number: 1, vfs: 8 },
  { number: 2, vfs: 4 },
];
const ethernet = [adapterSpec('fabric0', '0000:3b:00.0', dual)];
const infiniband = [
  adapterSpec('fabric0', '0000:3b:00.0', [
    { number: 1, vfs: 8, linkType: 'InfiniBand' as const },
    { number: 2, vfs: 4, linkType: 'InfiniBand' as const },
  ]),
];

interface Case {
  readonly name: string;
  readonly why: string;
  readonly world: Partial<HostWorldOptions>;
  readonly spec: Partial<SriovHostSpec> & Pick<SriovHostSpec, 'adapters'>;
  readonly restarts: readonly string[];
  readonly ready: boolean;
  readonly reason?: string;
}

const bare = { profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3') };
const tools = { profile: hostProfile({ tools: 'withMft' }) };
const goal = { parameters: { SRIOV_EN: 1, NUM_OF_VFS: 8 } };

const CASES: readonly Case[] = [
  {
    name: 'bare Ethernet host',
    why: 'one restart brings the tools, the second everything else',
    world: { ...bare, adapters: [{ model: connectX5En }] },
    spec: { adapters: ethernet, software: [...DRIVER_SOFTWARE, ...MFT_SOFTWARE] },
    restarts: ['warm', 'cold'],
    ready: true,
  },
  {
    name: 'tools present',
    why: 'firmware and driver are staged before one restart',
    world: { ...tools, adapters: [{ model: connectX5En }] },
    spec: { adapters: ethernet },
    restarts: ['cold'],
    ready: true,
  },
  {
    name: 'at the goal',
    why: 'nothing to do',
    world: { ...tools, adapters: [{ model: connectX5En, ...goal }], moduleOptions: 'max_vfs=8,4' },
    spec: { adapters: ethernet },
    restarts: [],
    ready: true,
  },
  {
    name: 'firmware ready, tools missing',
    why: 'max_vfs is staged together with the tools, so one restart is enough',
    world: { ...bare, adapters: [{ model: connectX5En, ...goal }] },
    spec: { adapters: ethernet, software: MFT_SOFTWARE },
    restarts: ['warm'],
    ready: true,
  },
  {
    name: 'only the driver option missing',
    why: 'max_vfs is read when the driver loads: a warm reboot',
    world: { ...tools, adapters: [{ model: connectX5En, ...goal }] },
    spec: { adapters: ethernet },
    restarts: ['warm'],
    ready: true,
  },
  {
    name: 'no BMC',
    why: 'a warm reboot where the tool says that it is enough',
    world: { ...tools, adapters: [{ model: connectX5En }] },
    spec: { adapters: ethernet, bmc: undefined } as Case['spec'],
    restarts: ['warm'],
    ready: true,
  },
  {
    name: 'no BMC and the card wants a power cycle',
    why: 'nobody can switch the power: a person is asked, and no reboot is tried in vain',
    world: { ...tools, adapters: [{ model: connectX5En, needsColdCycle: true }] },
    spec: { adapters: ethernet, bmc: undefined } as Case['spec'],
    restarts: [],
    ready: false,
    reason: 'ManualPowerCycleRequired',
  },
  {
    name: 'no BMC and the tool was wrong',
    why: 'one warm reboot, never a second for the same setting',
    world: { ...tools, adapters: [{ model: connectX5En }], misbehaviour: [{ kind: 'warmRebootNotEnough' }] },
    spec: { adapters: ethernet, bmc: undefined } as Case['spec'],
    restarts: ['warm'],
    ready: false,
    reason: 'ManualPowerCycleRequired',
  },
  {
    name: 'a setting that never becomes current',
    why: 'one power cycle, then a person is asked: never a loop',
    world: { ...tools, adapters: [{ model: connectX5En }], misbehaviour: [{ kind: 'settingNeverActivates' }] },
    spec: { adapters: ethernet },
    restarts: ['cold'],
    ready: false,
    reason: 'FirmwareSettingNotActivated',
  },
  {
    name: 'SR-IOV off in the BIOS',
    why: 'everything is configured, no virtual function comes: the BIOS is the layer that is left',
    world: { ...tools, adapters: [{ model: connectX5En }], biosSriov: false },
    spec: { adapters: ethernet },
    restarts: ['cold'],
    ready: false,
    reason: 'SriovDisabledInBios',
  },
  {
    name: 'bare InfiniBand host',
    why: 'link type, gate and subclass override are set without a restart between them',
    world: { ...bare, adapters: [{ model: connectX6Vpi }] },
    spec: { adapters: infiniband, software: MFT_SOFTWARE },
    restarts: ['warm', 'cold'],
    ready: true,
  },
  {
    name: 'boot bank reverts',
    why: 'the VIBs are gone after the restart: said, not repeated',
    world: { ...bare, adapters: [{ model: connectX5En }], misbehaviour: [{ kind: 'bootbankReverts' }] },
    spec: { adapters: ethernet, software: MFT_SOFTWARE },
    restarts: ['warm'],
    ready: false,
    reason: 'VibNotRunningAfterRestart',
  },
  {
    name: 'one bad adapter',
    why: 'an adapter that is not there does not hold the good one',
    world: { ...tools, adapters: [{ model: connectX5En }] },
    spec: { adapters: [...ethernet, adapterSpec('ghost', '0000:99:00.0', [{ number: 1, vfs: 1 }])] },
    restarts: ['cold'],
    ready: false,
    reason: 'AdapterNotFound',
  },
  {
    name: 'too many VFs on one of two adapters',
    why: 'the device tells its limit; the other adapter gets what was declared',
    world: { ...tools, adapters: [{ model: connectX5En }, { model: connectX4Lx }] },
    spec: { adapters: [...ethernet, adapterSpec('fabric1', '0000:5e:00.0', [{ number: 1, vfs: 100 }])] },
    restarts: ['cold'],
    ready: false,
    reason: 'VfCountExceedsDevice',
  },
  {
    name: 'foreign driver options and an undeclared adapter',
    why: 'what nobody declared stays as it is',
    world: {
      ...tools,
      adapters: [
        { model: connectX5En, ...goal },
        { model: connectX4Lx, ...goal },
      ],
      moduleOptions: 'pfctx=0x08 max_vfs=0,0,2,3 trust_state=2',
    },
    spec: { adapters: ethernet },
    restarts: ['warm'],
    ready: true,
  },
];

describe('SriovHost controller', () => {
  it.each(CASES)('$name: $why', async ({ world: options, spec, restarts, ready, reason }) => {
    const clock = new ManualClock();
    const world = new HostWorld({ id: 'h1', name: 'esx-01', profile: hostProfile(), clock, ...options });
    const run = await runHost(world, clock, hostSpec(spec));
    const condition = findCondition(run.host().status?.conditions, 'Ready');
    expect({ ready: condition?.status, reason: condition?.reason, restarts: world.counters.restarts.map(({ kind }) => kind) }).toEqual({
      ready: ready ? 'True' : 'False',
      reason: reason ?? 'Succeeded',
      restarts,
    });
    expect(world.counters.restartsWithRunningVms + world.counters.powerCutsWithRunningVms).toBe(0);
    if (ready) {
      expect(world.maintenanceMode).toBe(false);
      const before = { writes: run.cluster.writes, changes: world.counters.reconfigurations };
      await runHost(world, clock, hostSpec(spec), { cluster: run.cluster, most: 3 });
      expect({ writes: run.cluster.writes, changes: world.counters.reconfigurations }).toEqual(before);
    }
  });
});
