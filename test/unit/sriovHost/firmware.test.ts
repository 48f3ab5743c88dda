/** Firmware images on simulated worlds: from a path and from a URL, the right one or none. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { AdapterSpec } from '../../../operator/api/types.ts';
import { PortError } from '../../../operator/ports/errors.ts';
import { connectX5En, connectX5EnSinglePort } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { Misbehaviour } from '../../simulator/world/hostMisbehaviour.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeDownloader } from '../../support/fakes/downloader.ts';
import { byPath, byUrl, makeImage, otherVersion, STAGING_PATH, stagedCopies, type TestImage } from '../../support/world/firmwareImages.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const PORTS = [{ number: 1, vfs: 8 }];
const PRESENT = connectX5En.firmwareVersion;
const NEWER = makeImage(connectX5En.psid, otherVersion(PRESENT, 1));
const OLDER = makeImage(connectX5En.psid, otherVersion(PRESENT, -1));
const OTHER_BOARD = makeImage(connectX5EnSinglePort.psid, NEWER.version);

interface Case {
  readonly why: string;
  readonly firmware: AdapterSpec['firmware'];
  readonly misbehaviour?: readonly Misbehaviour[];
  readonly failures?: readonly PortError[];
  readonly served?: TestImage;
  readonly reason: string;
  readonly message?: RegExp;
  readonly running: string;
  readonly restarts: number;
}

async function play({ firmware, misbehaviour, failures, served }: Partial<Case>) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({ id: 'h', name: 'esx-01', clock, profile, adapters: [{ model: connectX5En }] });
  for (const trouble of misbehaviour ?? []) world.misbehave(trouble);
  const downloader = new FakeDownloader();
  downloader.failures.push(...(failures ?? []));
  for (const image of [NEWER, OLDER, OTHER_BOARD]) {
    world.files.write(image.path, image.bytes);
    downloader.files.set(image.url, (served ?? image).bytes);
  }
  const spec = hostSpec({ adapters: [{ ...adapterSpec('a', '0000:3b:00.0', PORTS), ...(firmware === undefined ? {} : { firmware }) }] });
  const run = await runHost(world, clock, spec, { downloader });
  const ready = findCondition(run.host().status?.conditions, 'Ready');
  return { world, run, ready, downloader, status: run.host().status };
}

const broken = new PortError('DownloadFailed', 'https://files.example.com/fw.bin could not be downloaded: terminated');

const CASES: readonly Case[] = [
  {
    why: 'a path: burned with the settings, one restart',
    firmware: byPath(NEWER),
    reason: 'Succeeded',
    running: NEWER.version,
    restarts: 1,
  },
  { why: 'a URL: fetched, burned, removed, one restart', firmware: byUrl(NEWER), reason: 'Succeeded', running: NEWER.version, restarts: 1 },
  {
    why: 'a URL that fails twice: no restart is spent on the way',
    firmware: byUrl(NEWER),
    failures: [broken, broken],
    reason: 'Succeeded',
    running: NEWER.version,
    restarts: 1,
  },
  {
    why: 'a URL that serves something else: terminal, the host is left alone',
    firmware: byUrl(NEWER),
    served: OLDER,
    reason: 'FirmwareChecksumMismatch',
    message: /sha256 [0-9a-f]{64}, declared is/,
    running: PRESENT,
    restarts: 0,
  },
  {
    why: 'a URL with the image of another board: seen after it was fetched, never burned',
    firmware: byUrl(OTHER_BOARD),
    reason: 'PsidMismatch',
    message: /is for PSID MT_0000000011, the adapter has MT_0000000080/,
    running: PRESENT,
    restarts: 0,
  },
  {
    why: 'a lower version without permission',
    firmware: byPath(OLDER),
    reason: 'FirmwareDowngradeNotAllowed',
    message: /allowDowngrade: true/,
    running: PRESENT,
    restarts: 0,
  },
  { why: 'a lower version with permission', firmware: byPath(OLDER, true), reason: 'Succeeded', running: OLDER.version, restarts: 1 },
  {
    why: 'another version than declared in the image',
    firmware: { ...byPath(NEWER), version: otherVersion(PRESENT, 2) },
    reason: 'FirmwareImageMismatch',
    message: /contains version/,
    running: PRESENT,
    restarts: 0,
  },
  {
    why: 'another checksum than declared',
    firmware: { ...byPath(NEWER), image: { path: NEWER.path, sha256: OLDER.sha256 } },
    reason: 'FirmwareChecksumMismatch',
    running: PRESENT,
    restarts: 0,
  },
  {
    why: 'no file at the path',
    firmware: { ...byPath(NEWER), image: { path: '/vmfs/volumes/ds1/none.bin', sha256: NEWER.sha256 } },
    reason: 'FirmwareImageMissing',
    message: /upload it or correct/,
    running: PRESENT,
    restarts: 0,
  },
  {
    why: 'a burn that breaks off: the host is not restarted, not for other things either',
    firmware: byPath(NEWER),
    misbehaviour: [{ kind: 'burnFailsHalfWay' }],
    reason: 'FirmwareBurnFailed',
    message: /not restarted until somebody has looked/,
    running: PRESENT,
    restarts: 0,
  },
];

describe('a declared firmware', () => {
  it.each(CASES)('$why', async (expected) => {
    const { world, ready, run } = await play(expected);
    expect({
      reason: ready?.reason,
      running: world.adapters[0]?.running,
      restarts: world.counters.restarts.length,
      maintenance: world.maintenanceMode && expected.reason !== 'FirmwareBurnFailed',
    }).toEqual({ reason: expected.reason, running: expected.running, restarts: expected.restarts, maintenance: false });
    expect(ready?.message).toMatch(expected.message ?? /./);
    if (expected.reason === 'Succeeded') expect(stagedCopies(world.files)).toEqual([]);
    if (expected.reason === 'Succeeded') return;
    // What a person has to correct is said in the condition of its part, too.
    expect(findCondition(run.host().status?.conditions, 'FirmwareConfigured')).toMatchObject({ status: 'False', reason: expected.reason });
    expect(world.counters.firmwareSets).toBe(0);
  });

  it('is burned before any setting is written, and fetched before the host leaves service', async () => {
    const { status } = await play({ firmware: byUrl(NEWER) });
    expect((status?.journal ?? []).map(({ action }) => action)).toEqual([
      'StartMst',
      'StageFirmwareImage',
      'EnterMaintenance',
      'BurnFirmware',
      'SetFirmwareParameters',
      'SetDriverOptions',
      'ColdCycle',
      'PowerOn',
      'StartMst',
      'RemoveFirmwareImage',
      'ExitMaintenance',
    ]);
  });

  it('is shared by adapters with the same image: one download, and the copy stays until both run it', async () => {
    const clock = new ManualClock();
    const model = connectX5En;
    const world = new HostWorld({
      id: 'h',
      name: 'esx-01',
      clock,
      profile: hostProfile({ tools: 'withMft' }),
      adapters: [{ model }, { model }],
    });
    const downloader = new FakeDownloader();
    downloader.files.set(NEWER.url, NEWER.bytes);
    const firmware = byUrl(NEWER);
    const adapters = ['0000:3b:00.0', '0000:5e:00.0'].map((address, index) => ({ ...adapterSpec(`a${index}`, address, PORTS), firmware }));
    const run = await runHost(world, clock, hostSpec({ adapters }), { downloader });
    expect(findCondition(run.host().status?.conditions, 'Ready')?.reason).toBe('Succeeded');
    expect({ downloads: downloader.downloads, burns: world.counters.burns, restarts: world.counters.restarts.length }).toEqual({
      downloads: 1,
      burns: 2,
      restarts: 1,
    });
    expect(stagedCopies(world.files)).toEqual([]);
  });

  it('replaces a copy that is damaged', async () => {
    const clock = new ManualClock();
    const world = new HostWorld({
      id: 'h',
      name: 'esx-01',
      clock,
      profile: hostProfile({ tools: 'withMft' }),
      adapters: [{ model: connectX5En }],
    });
    const downloader = new FakeDownloader();
    downloader.files.set(NEWER.url, NEWER.bytes);
    world.files.write(`${STAGING_PATH}/sriov-firmware-${NEWER.sha256}.bin`, NEWER.bytes.subarray(0, 10));
    const spec = hostSpec({ adapters: [{ ...adapterSpec('a', '0000:3b:00.0', PORTS), firmware: byUrl(NEWER) }] });
    const run = await runHost(world, clock, spec, { downloader });
    expect(findCondition(run.host().status?.conditions, 'Ready')?.reason).toBe('Succeeded');
    expect(downloader.downloads).toBe(1);
  });
});
