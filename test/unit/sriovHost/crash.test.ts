/** The operator dies after any of its writes, to the host or to Kubernetes, and starts again: the end is the same. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En, connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { AdapterModel } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { adapterSpec, hostSpec, MFT_SOFTWARE } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const WRITES: ReadonlySet<string> = new Set([
  'installVib',
  'setModuleOptions',
  'startMst',
  'setFirmwareConfig',
  'burnFirmware',
  'enterMaintenanceMode',
  'exitMaintenanceMode',
  'reboot',
  'powerOff',
  'saveConfiguration',
]);

const ETHERNET = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])], software: MFT_SOFTWARE });
const INFINIBAND = hostSpec({
  adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4, linkType: 'InfiniBand' }])],
  software: MFT_SOFTWARE,
});

async function runWithCrash(spec: SriovHostSpec, model: AdapterModel, at: number) {
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools: 'bare' }),
    files: standardDepot('7.0u3'),
    adapters: [{ model }],
  });
  const cluster = new FakeCluster();
  const point = new CrashPoint(at, WRITES);
  cluster.afterWrite = point.passed;
  let crashes = 0;
  for (;;) {
    try {
      const run = await runHost(world, clock, spec, { cluster, wrap: point.wrap });
      return { world, run, crashes, writes: point.count };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      clock.advance(3_000);
    }
  }
}

describe('SriovHost controller, crashing', () => {
  it.each([
    { name: 'Ethernet', spec: ETHERNET, model: connectX5En },
    { name: 'InfiniBand', spec: INFINIBAND, model: connectX6Vpi },
  ])('$name: ends ready after two restarts wherever the operator dies', async ({ spec, model }) => {
    const { writes } = await runWithCrash(spec, model, Number.POSITIVE_INFINITY);
    expect(writes).toBeGreaterThan(10);
    for (let at = 1; at <= writes; at += 1) {
      const { world, run, crashes } = await runWithCrash(spec, model, at);
      const ready = findCondition(run.host().status?.conditions, 'Ready');
      expect({ at, crashes, ready: ready?.reason, restarts: world.counters.restarts.length, maintenance: world.maintenanceMode }).toEqual({
        at,
        crashes: 1,
        ready: 'Succeeded',
        restarts: 2,
        maintenance: false,
      });
      expect(run.host().metadata.finalizers ?? []).toEqual([]);
    }
  });
});
