// Restarts of a simulated host: what each kind keeps, loses and activates.
import { describe, expect, it } from '@jest/globals';
import { connectX5En } from '../../../simulator/profiles/adapterModels.ts';
import type { HostWorld } from '../../../simulator/world/hostWorld.ts';
import { FewVms, testHost } from './testHost.ts';

describe('power', () => {
  it('passes through shutting down and booting, and is unreachable meanwhile', () => {
    const { world, clock } = testHost();
    const seen: string[] = [];
    world.onChange(() => seen.push(`${world.powerState} ${world.up ? 'up' : 'down'}`));
    world.reboot();
    clock.runAll();
    expect(seen).toEqual(['shuttingDown down', 'booting down', 'on up']);
  });

  it('starts its uptime again at each boot', () => {
    const { world, clock, reboot } = testHost();
    const before = world.uptimeMs;
    reboot();
    clock.advance(1_000);
    expect(before).toBeGreaterThan(3_600_000);
    expect(world.uptimeMs).toBe(1_000);
    expect(world.bootTime).toEqual(new Date(clock.now() - 1_000));
  });

  it('hangs when told to, once, and comes back from a power cycle', () => {
    const { world, settle } = testHost({ misbehaviour: [{ kind: 'rebootDoesNotComeBack', times: 1 }] });
    world.reboot();
    settle();
    expect(world.powerState).toBe('booting');
    world.forceOff();
    world.powerOn();
    settle();
    expect(world.powerState).toBe('on');
    expect(world.counters.restarts.map(({ kind }) => kind)).toEqual(['warm', 'cold']);
  });

  const ways: readonly {
    readonly why: string;
    readonly restart: (world: HostWorld, settle: () => void) => void;
    readonly kept: boolean;
  }[] = [
    { why: 'a clean reboot saves them', restart: (world) => world.reboot(), kept: true },
    {
      why: 'a clean shutdown saves them',
      restart: (world, settle) => {
        world.shutDown();
        settle();
        world.powerOn();
      },
      kept: true,
    },
    {
      why: 'a power cut loses them (KB 313072)',
      restart: (world) => {
        world.forceOff();
        world.powerOn();
      },
      kept: false,
    },
    { why: 'a reset button loses them', restart: (world) => world.forceRestart(), kept: false },
    {
      why: 'a power cut in the middle of a clean shutdown loses them',
      restart: (world) => {
        world.shutDown();
        world.forceOff();
        world.powerOn();
      },
      kept: false,
    },
    {
      why: 'auto-backup.sh saved them before the power cut',
      restart: (world) => {
        world.modules.save();
        world.forceOff();
        world.powerOn();
      },
      kept: true,
    },
  ];
  it.each(ways)('module options: $why', ({ restart, kept }) => {
    const { world, settle } = testHost({ moduleOptions: 'max_vfs=1' });
    world.modules.set('nmlx5_core', 'max_vfs=8');
    expect(world.modules.loaded('nmlx5_core')).toBe('max_vfs=1');
    restart(world, settle);
    settle();
    const expected = kept ? 'max_vfs=8' : 'max_vfs=1';
    expect([world.modules.configured('nmlx5_core'), world.modules.loaded('nmlx5_core')]).toEqual([expected, expected]);
  });

  it('empties the RAM disk and unloads mst, and keeps maintenance mode and datastores', async () => {
    const { world, reboot } = testHost({ adapters: [{ model: connectX5En }] });
    world.mft.start();
    world.files.write('/tmp/image.bin', new Uint8Array(1));
    world.files.write('/vmfs/volumes/ds1/image.bin', new Uint8Array(1));
    await world.enterMaintenanceMode(0);
    reboot();
    expect(world.maintenanceMode).toBe(true);
    expect(world.mft.loaded).toBe(false);
    expect(world.files.list()).toEqual(['/vmfs/volumes/ds1/image.bin']);
  });

  it.each([
    { why: 'power was cut', act: (world: HostWorld) => world.forceOff(), cuts: 1, restarts: 0 },
    { why: 'the reset button was pressed', act: (world: HostWorld) => world.forceRestart(), cuts: 1, restarts: 0 },
    { why: 'the host rebooted cleanly under them', act: (world: HostWorld) => world.reboot(), cuts: 0, restarts: 1 },
  ])('counts running VMs that went down: $why', ({ act, cuts, restarts }) => {
    const { world, settle } = testHost();
    const vms = new FewVms('db-01');
    world.attachVms(vms);
    act(world);
    settle();
    expect(vms.wentDown).toEqual(['host-1']);
    expect([world.counters.powerCutsWithRunningVms, world.counters.restartsWithRunningVms]).toEqual([cuts, restarts]);
  });

  it('comes back without SSH, or with hostd late, when told to', () => {
    const { world, clock, reboot } = testHost({
      misbehaviour: [
        { kind: 'sshServiceNotStartedAfterReboot', times: 1 },
        { kind: 'hostdNotReady', milliseconds: 90_000, times: 1 },
      ],
    });
    reboot();
    expect([world.up, world.sshListening, world.hostdReady]).toEqual([true, false, false]);
    world.startSshService();
    clock.advance(90_000);
    expect([world.sshListening, world.hostdReady]).toEqual([true, true]);
  });
});

describe('maintenance mode', () => {
  it('is entered at once on an empty host', async () => {
    const { world } = testHost();
    expect(await world.enterMaintenanceMode(60)).toBe(true);
    expect(world.maintenanceMode).toBe(true);
  });

  it('waits for the last VM', async () => {
    const { world, clock } = testHost();
    const vms = new FewVms('db-01', 'db-02');
    world.attachVms(vms);
    const entered = world.enterMaintenanceMode(60);
    expect([world.maintenanceMode, world.enteringMaintenanceMode]).toEqual([false, true]);
    vms.stopAll();
    expect(await entered).toBe(true);
    expect([world.maintenanceMode, world.enteringMaintenanceMode]).toEqual([true, false]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    { why: 'its time is over', act: (_world: HostWorld, advance: (ms: number) => void) => advance(60_000) },
    { why: 'somebody leaves it meanwhile', act: (world: HostWorld) => world.exitMaintenanceMode() },
    { why: 'the host goes down meanwhile', act: (world: HostWorld) => world.forceOff() },
  ])('is given up when $why', async ({ act }) => {
    const { world, clock } = testHost();
    world.attachVms(new FewVms('db-01'));
    const entered = world.enterMaintenanceMode(60);
    act(world, (ms) => clock.advance(ms));
    expect(await entered).toBe(false);
    expect([world.maintenanceMode, world.enteringMaintenanceMode]).toEqual([false, false]);
  });
});
