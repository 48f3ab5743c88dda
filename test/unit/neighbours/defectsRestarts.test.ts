/** Properties that neighbouring projects were seen to break: restarts, their commands, and hosts that failed. */
import { describe, expect, it } from '@jest/globals';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import type { Misbehaviour } from '../../simulator/world/hostMisbehaviour.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { byPath, makeImage, otherVersion } from '../../support/world/firmwareImages.ts';
import { adapterSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { look, makeController, runHost } from '../../support/world/runHost.ts';
import { AT_GOAL, aWorld, FIRST_SLOT, ONE_ADAPTER, ready, withCommands } from './stage.ts';

const NO_BMC = { ...ONE_ADAPTER, bmc: undefined } as unknown as SriovHostSpec;
const HOUR = 3_600_000;
const refused = async (): Promise<never> => {
  throw new PortError('CommandFailed', 'the command was refused with exit code 1');
};

describe('a disruptive command that fails is never reported as issued', () => {
  it.each([
    { command: 'reboot', action: 'WarmReboot', spec: NO_BMC, why: 'the host keeps running' },
    { command: 'powerOff', action: 'ColdCycle', spec: ONE_ADAPTER, why: 'the host keeps running' },
    { command: 'enterMaintenanceMode', action: 'EnterMaintenance', spec: ONE_ADAPTER, why: 'the host stays in service' },
  ] as const)('$command: $why, and journal, events and counts say so', async ({ command, action, spec }) => {
    const { clock, world } = aWorld();
    const wrap = (host: EsxiHost): EsxiHost => withCommands(host, { [command]: refused });
    const run = await runHost(world, clock, spec, { wrap, most: 8 });
    const entries = (run.host().status?.journal ?? []).filter((entry) => entry.action === action);
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.map(({ result }) => result)).toEqual(entries.map(() => 'Failed'));
    expect(run.cluster.events.filter((event) => event.action === action)).toEqual([]);
    expect(run.host().status?.restarts).toMatchObject({ count: 0, total: 0 });
    expect([world.counters.restarts.length, ready(run.host())?.status]).toEqual([0, 'False']);
    expect(ready(run.host())?.message).toContain('exit code 1');
  });
});

interface Stubborn {
  readonly why: string;
  readonly trouble?: Misbehaviour;
  readonly world?: Partial<HostWorldOptions>;
  readonly spec?: Partial<SriovHostSpec>;
  readonly wrap?: (host: EsxiHost) => EsxiHost;
}

const image = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));
const ofImage = { ...adapterSpec('a', FIRST_SLOT, [{ number: 1, vfs: 8 }]), firmware: byPath(image) };
const oldFirmwareRuns = (host: EsxiHost): EsxiHost =>
  withCommands(host, {
    firmwareVersions: async (device, signal) => ({
      ...(await host.firmwareVersions(device, signal)),
      running: connectX5En.firmwareVersion,
    }),
  });

const STUBBORN: readonly Stubborn[] = [
  { why: 'a firmware parameter that no power cycle makes current', trouble: { kind: 'settingNeverActivates' } },
  {
    why: 'a firmware parameter, and nobody can switch the power',
    trouble: { kind: 'warmRebootNotEnough' },
    spec: NO_BMC,
  },
  { why: 'a firmware image that is flashed and never runs', world: AT_GOAL, spec: { adapters: [ofImage] }, wrap: oldFirmwareRuns },
  {
    why: 'a VIB that the boot bank loses',
    trouble: { kind: 'bootbankReverts' },
    world: { profile: hostProfile({ tools: 'bare' }), files: standardDepot('7.0u3') },
    spec: { software: MFT_SOFTWARE },
  },
  { why: 'a driver that makes fewer functions than it was told', trouble: { kind: 'fewerVfsThanAsked', most: 3 } },
  { why: 'a BIOS without SR-IOV', world: { biosSriov: false } },
  {
    why: 'a BIOS attribute that POST drops',
    trouble: { kind: 'biosIgnoresStaged' },
    world: { ...AT_GOAL, biosSriov: false },
    spec: { bmc: { ...ONE_ADAPTER.bmc, biosAttributes: { SriovGlobalEnable: 'Enabled' } } as NonNullable<SriovHostSpec['bmc']> },
  },
  { why: 'a host that does not come back', trouble: { kind: 'rebootDoesNotComeBack' } },
];

describe('restarts are bounded for every kind of change', () => {
  it.each(STUBBORN)('$why: a day later there was no restart more, and the host is not Ready', async (stubborn) => {
    const { clock, world } = aWorld(stubborn.world);
    world.files.write(image.path, image.bytes);
    if (stubborn.trouble !== undefined) world.misbehave(stubborn.trouble);
    const spec = { ...ONE_ADAPTER, ...stubborn.spec };
    const options = { cluster: new FakeCluster(), ...(stubborn.wrap === undefined ? {} : { wrap: stubborn.wrap }) };
    const run = await runHost(world, clock, spec, options);
    for (let hour = 0; hour < 24; hour += 1) {
      clock.advance(HOUR);
      await look(run.controller);
    }
    expect(world.counters.restarts.length).toBe(1);
    expect(ready(run.host())?.status).toBe('False');
  });
});

describe('the guard of a restart rests on the boot, not on clocks of conditions', () => {
  it('time alone never completes a restart: the same boot is the same boot for ever', async () => {
    const { clock, world } = aWorld();
    const wrap = (host: EsxiHost): EsxiHost => withCommands(host, { powerOff: async () => undefined });
    const run = await runHost(world, clock, ONE_ADAPTER, { wrap });
    for (let hour = 0; hour < 48; hour += 1) {
      clock.advance(HOUR);
      await look(run.controller);
    }
    expect(run.host().status?.restarts?.last).toMatchObject({ state: 'Requested', sends: 2 });
    expect([run.host().status?.restarts?.count, ready(run.host())?.reason]).toEqual([1, 'RestartNotObserved']);
  });

  it('a boot that somebody else causes meanwhile completes it as well', async () => {
    const { clock, world } = aWorld(AT_GOAL);
    world.modules.set('nmlx5_core', '');
    world.reboot();
    clock.runAll();
    const before = world.counters.restarts.length;
    const wrap = (host: EsxiHost): EsxiHost => withCommands(host, { reboot: async () => undefined });
    const cluster = new FakeCluster();
    const run = await runHost(world, clock, ONE_ADAPTER, { wrap, cluster, most: 6 });
    expect(run.host().status?.restarts?.last?.state).toBe('Requested');
    world.reboot();
    clock.runAll();
    const end = await runHost(world, clock, ONE_ADAPTER, { cluster });
    expect([end.host().status?.restarts?.last?.state, ready(end.host())?.reason]).toEqual(['Completed', 'Succeeded']);
    expect(world.counters.restarts.length - before).toBe(1);
  });

  it.each(['1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z'])('transition times of conditions count for nothing, also %s', async (time) => {
    const { clock, world } = aWorld();
    const cluster = new FakeCluster();
    let run = await runHost(world, clock, ONE_ADAPTER, { cluster });
    for (let round = 0; round < 60 && ready(run.host())?.status !== 'True'; round += 1) {
      const host = run.host();
      const conditions = host.status?.conditions?.map((condition) => ({ ...condition, lastTransitionTime: time })) ?? [];
      cluster.put('SriovHost', { ...host, status: { ...host.status, conditions } });
      run = await runHost(world, clock, ONE_ADAPTER, { cluster });
    }
    expect([ready(run.host())?.reason, world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });
});

describe('a failed host is never returned to service by a timer', () => {
  it.each([
    { why: 'half an image is on a card', trouble: { kind: 'burnFailsHalfWay' }, reason: 'FirmwareBurnFailed' },
    { why: 'it did not come back, and then somebody sees to it', trouble: { kind: 'rebootDoesNotComeBack' }, reason: 'RestartTimedOut' },
    { why: 'its power is still on after a shutdown', trouble: { kind: 'cleanShutdownHangs' }, reason: 'CleanShutdownTimedOut' },
  ] as const)('$why: a week later it is where it was', async ({ trouble, reason }) => {
    const { clock, world } = aWorld();
    world.files.write(image.path, image.bytes);
    world.misbehave(trouble);
    const cluster = new FakeCluster();
    const disruption = { ...ONE_ADAPTER.disruption, cleanShutdownTimeoutSeconds: 120, restartTimeoutSeconds: 300 };
    const run = await runHost(world, clock, { ...ONE_ADAPTER, disruption, adapters: [ofImage] }, { cluster });
    expect(ready(run.host())?.reason).toBe(reason);
    for (let day = 0; day < 7; day += 1) {
      clock.advance(24 * HOUR);
      // A new process: nothing is known but what was written.
      await look(makeController(world, clock, cluster));
    }
    expect([ready(run.host())?.reason, run.host().status?.maintenance?.enteredByUs]).toEqual([reason, true]);
    expect([world.maintenanceMode, ready(run.host())?.status]).toEqual([true, 'False']);
  });
});
