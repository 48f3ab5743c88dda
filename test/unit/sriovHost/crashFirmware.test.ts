/** The operator dies after any of its writes while firmware from a URL is on its way: the end is the same, and nothing is left on the host. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakeDownloader } from '../../support/fakes/downloader.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { byUrl, makeImage, otherVersion, stagedCopies } from '../../support/world/firmwareImages.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const WRITES: ReadonlySet<string> = new Set(['upload', 'removeFile', 'burnFirmware', 'setFirmwareConfig', 'setModuleOptions', 'startMst']);
const IMAGE = makeImage(connectX5En.psid, otherVersion(connectX5En.firmwareVersion, 1));

async function runWithCrash(at: number) {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'withMft' }),
    adapters: [{ model: connectX5En }],
  });
  const cluster = new FakeCluster();
  const downloader = new FakeDownloader();
  downloader.files.set(IMAGE.url, IMAGE.bytes);
  let crashes = 0;
  const point = new CrashPoint(at, WRITES);
  cluster.afterWrite = point.passed;
  const spec = hostSpec({ adapters: [{ ...adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }]), firmware: byUrl(IMAGE) }] });
  for (;;) {
    try {
      const run = await runHost(world, clock, spec, { cluster, wrap: point.wrap, downloader });
      return { world, run, crashes, writes: point.count };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      clock.advance(3_000);
    }
  }
}

describe('SriovHost controller, crashing with firmware from a URL', () => {
  it('burns once, restarts once and leaves no copy wherever the operator dies', async () => {
    const { writes } = await runWithCrash(Number.POSITIVE_INFINITY);
    expect(writes).toBeGreaterThan(10);
    for (let at = 1; at <= writes; at += 1) {
      const { world, run, crashes } = await runWithCrash(at);
      const ready = findCondition(run.host().status?.conditions, 'Ready');
      const { burns, restarts } = world.counters;
      const end = { at, crashes, ready: ready?.reason, burns, restarts: restarts.length, copies: stagedCopies(world.files) };
      expect(end).toEqual({ at, crashes: 1, ready: 'Succeeded', burns: 1, restarts: 1, copies: [] });
    }
  });
});
