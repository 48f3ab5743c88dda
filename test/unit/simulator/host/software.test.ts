// VIBs of a simulated host: staged beside the running image, activated by a boot, or dropped by one.
import { describe, expect, it } from '@jest/globals';
import { standardDepot, storeBundle, storeVib } from '../../../simulator/depot.ts';
import { connectX5En } from '../../../simulator/profiles/adapterModels.ts';
import { RELEASES } from '../../../simulator/profiles/releases.ts';
import { type TestHost, testHost } from './testHost.ts';

const DS1 = '/vmfs/volumes/ds1';
const install = ({ world }: TestHost, location: string, kind: 'vib' | 'depot' = 'vib') =>
  world.software.install({ kind, location }, world.files, world.misbehaviours);

function bareHost(misbehaviour: Parameters<typeof testHost>[0] = {}): TestHost {
  return testHost({ host: { tools: 'bare' }, files: standardDepot('7.0u3'), adapters: [{ model: connectX5En }], ...misbehaviour });
}

describe('VIBs', () => {
  it('run after the reboot, not before', () => {
    const host = bareHost();
    install(host, `${DS1}/nmst.vib`);
    install(host, `${DS1}/mft.vib`);
    expect([host.world.mft.installed, host.world.mft.start()]).toEqual([false, 'noModule']);
    host.reboot();
    expect([host.world.mft.installed, host.world.mft.start(), host.world.mft.start()]).toEqual([true, 'loaded', 'already']);
  });

  it('come together in an offline bundle', () => {
    const host = bareHost();
    expect(install(host, `${DS1}/mft.zip`, 'depot')).toMatchObject({
      ok: true,
      change: { installed: [{ name: 'nmst' }, { name: 'mft' }], rebootRequired: true },
    });
  });

  it('replace the driver that came with ESXi', () => {
    const host = bareHost();
    const result = install(host, `${DS1}/nmlx5.vib`);
    expect(result).toMatchObject({ ok: true, change: { removed: [{ vendor: 'VMW', name: 'nmlx5-core' }] } });
    host.reboot();
    expect(host.world.software.version('nmlx5-core')).toBe(RELEASES['7.0u3'].asyncDriver.version);
  });

  it('are skipped when they are there already, running or staged', () => {
    const host = bareHost();
    install(host, `${DS1}/mft.vib`);
    expect(install(host, `${DS1}/mft.vib`)).toMatchObject({
      ok: true,
      change: { installed: [], skipped: [{ name: 'mft' }], rebootRequired: false },
    });
  });

  it.each([
    { why: 'nothing is at the path', location: `${DS1}/nothing.vib`, kind: 'vib' as const, error: 'VibDownloadError' },
    { why: 'nothing is at the path of a bundle', location: `${DS1}/nothing.zip`, kind: 'depot' as const, error: 'MetadataDownloadError' },
    { why: 'a bundle is given as a VIB', location: `${DS1}/mft.zip`, kind: 'vib' as const, error: 'VibFormatError' },
    { why: 'it was built for another release', location: '/vmfs/volumes/ds1/other.vib', kind: 'vib' as const, error: 'DependencyError' },
    {
      why: 'it is not signed by a partner',
      location: '/vmfs/volumes/ds1/community.vib',
      kind: 'vib' as const,
      error: 'AcceptanceConfigError',
    },
  ])('are refused and nothing is staged: $why', ({ location, kind, error }) => {
    const files = standardDepot('7.0u3');
    storeVib(files, `${DS1}/other.vib`, RELEASES['8.0u3'].nmst);
    storeVib(files, `${DS1}/community.vib`, { ...RELEASES['7.0u3'].mft, acceptanceLevel: 'CommunitySupported' });
    const host = bareHost({ files });
    expect(install(host, location, kind)).toMatchObject({ ok: false, error });
    expect(host.world.software.staged).toBeUndefined();
  });

  it('fail as told, once', () => {
    const host = bareHost({ misbehaviour: [{ kind: 'vibInstallFails', error: 'LockingError', times: 1 }] });
    expect(install(host, `${DS1}/mft.vib`)).toMatchObject({ ok: false, error: 'LockingError' });
    expect(install(host, `${DS1}/mft.vib`)).toMatchObject({ ok: true });
  });

  it.each([
    {
      why: 'the boot was cut short (KB 306902)',
      misbehaviour: [],
      restart: ({ world, clock, settle }: TestHost) => {
        world.reboot();
        clock.advance(world.durations.shutdown + 1);
        world.forceOff();
        world.powerOn();
        settle();
      },
    },
    {
      why: 'the host fell back to its old boot bank',
      misbehaviour: [{ kind: 'bootbankReverts' as const, times: 1 }],
      restart: ({ reboot }: TestHost) => reboot(),
    },
  ])('are gone when $why', ({ misbehaviour, restart }) => {
    const host = bareHost({ misbehaviour });
    storeBundle(host.world.files, `${DS1}/both.zip`, [RELEASES['7.0u3'].nmst, RELEASES['7.0u3'].mft]);
    install(host, `${DS1}/both.zip`, 'depot');
    restart(host);
    expect([host.world.powerState, host.world.mft.installed, host.world.software.staged]).toEqual(['on', false, undefined]);
  });
});
