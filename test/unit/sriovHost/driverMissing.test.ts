/** After an upgrade: a driver that is gone, and VIBs that are made for another release, are named as what they are. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { vibRefusal } from '../../../operator/controllers/sriovHost/vibRefusal.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, DRIVER_SOFTWARE, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

async function play(software: SriovHostSpec['software'], vfs = 4) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const vibs = profile.vibs.filter(({ name }) => name !== 'nmlx5-core');
  const files = standardDepot('7.0u3');
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile: { ...profile, vibs }, files, adapters: [{ model: connectX5En }] });
  const adapters = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs }])];
  const { host } = await runHost(world, clock, hostSpec({ adapters, software }));
  const { conditions } = host().status ?? {};
  return { ready: findCondition(conditions, 'Ready'), software: findCondition(conditions, 'SoftwareInstalled'), world };
}

describe('a host without the driver', () => {
  it('says so, and neither blames the BIOS nor restarts', async () => {
    const { ready, software, world } = await play([]);
    expect([ready?.reason, software?.reason]).toEqual(['DriverMissing', 'DriverMissing']);
    expect(ready?.message).toMatch(/declare nmlx5-core for ESXi 7\.0\.3/);
    expect([world.counters.restarts.length, world.counters.reconfigurations, world.maintenanceMode]).toEqual([0, 0, false]);
  });

  it('gets it where it is declared', async () => {
    expect((await play(DRIVER_SOFTWARE)).ready?.reason).toBe('Succeeded');
  });

  it('needs none for no virtual functions', async () => {
    expect((await play([], 0)).ready?.reason).toBe('Succeeded');
  });
});

describe('a VIB that is made for another release', () => {
  it.each([
    {
      why: 'a driver of 6.x on 7.0 (KB 78389)',
      text: 'VIB QLC_bootbank_qedi_2.10.15.0-1OEM.670.0.0.8169922 requires vmkapi_2_2_0_0, but the requirement cannot be satisfied within the ImageProfile.',
      reason: 'VibIncompatible',
    },
    {
      why: 'tools of 8.0 on 7.0',
      text: 'VIB MEL_bootbank_nmst requires esx-version >= 8.0.0 but the requirement cannot be satisfied within the ImageProfile.',
      reason: 'VibIncompatible',
    },
    { why: 'another dependency', text: 'VIB a conflicts with b', reason: 'VibInstallFailed' },
  ])('is named: $why', ({ text, reason }) => {
    const error = new PortError('CommandFailed', `esxcli software vib install failed with exit code 1: [DependencyError] ${text}`, {
      detail: { errorClass: 'DependencyError' },
    });
    const refusal = vibRefusal('nmst', '/vmfs/volumes/ds1/nmst.vib', error);
    expect(refusal.reason).toBe(reason);
    expect(refusal.message).toContain(text);
  });

  it('is tried once; the host is handed back and not taken out of service for it again, until somebody asks', async () => {
    const clock = new ManualClock();
    const profile = hostProfile({ esxi: '8.0u2', tools: 'bare' });
    const world = new HostWorld({
      id: 'h',
      name: 'esx-01',
      clock,
      profile,
      files: standardDepot('7.0u3'),
      adapters: [{ model: connectX5En }],
    });
    const adapters = [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }])];
    const cluster = new FakeCluster();
    const spec = hostSpec({ adapters, software: MFT_SOFTWARE });
    const { host } = await runHost(world, clock, spec, { cluster });
    const ready = () => findCondition(host().status?.conditions, 'Ready');
    const tries = () => host().status?.journal?.filter(({ action }) => action === 'InstallVib').length;
    expect(ready()?.reason).toBe('VibIncompatible');
    expect(findCondition(host().status?.conditions, 'Stalled')?.status).toBe('True');
    expect(host().status?.software?.[0]).toMatchObject({ name: 'nmst', problem: { reason: 'VibIncompatible' } });
    expect([world.counters.restarts.length, world.maintenanceMode, tries(), host().metadata.finalizers]).toEqual([0, false, 1, []]);
    // The right file is there now; nobody can see that from outside.
    for (const name of ['nmst', 'mft']) {
      const path = `/vmfs/volumes/ds1/${name}.vib`;
      world.files.write(path, standardDepot('8.0u2').read(path) ?? new Uint8Array());
    }
    cluster.put('SriovHost', { ...host(), metadata: { ...host().metadata, annotations: { 'sriov.esxi.io/retry': '1' } } });
    await runHost(world, clock, spec, { cluster });
    expect([ready()?.reason, world.counters.restarts.length, host().status?.software?.[0]?.problem]).toEqual(['Succeeded', 2, undefined]);
  });
});
