/** The operator dies after any write to the host, the BMC or Kubernetes, with a BIOS to change and a shutdown that hangs: the end is the same. */
import { expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const WRITES: ReadonlySet<string> = new Set([
  'setModuleOptions',
  'startMst',
  'setFirmwareConfig',
  'enterMaintenanceMode',
  'exitMaintenanceMode',
  'reboot',
  'powerOff',
  'saveConfiguration',
  'stageBiosAttributes',
  'powerOn',
  'forceOff',
]);

const plain = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])] });
const SPEC = {
  ...plain,
  bmc: {
    systemUrl: 'http://127.0.0.1/redfish/v1/Systems/1',
    credentialsSecretRef: { name: 'host' },
    biosAttributes: { SriovGlobalEnable: 'Enabled' },
  },
  disruption: { ...plain.disruption, forceOff: 'AfterCleanShutdownTimedOut' as const, cleanShutdownTimeoutSeconds: 120 },
};

/** Crashes once, right after the `at`-th write. */
async function runWithCrash(at: number) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const misbehaviour = [{ kind: 'cleanShutdownHangs' as const, times: 1 }];
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile,
    biosSriov: false,
    misbehaviour,
    adapters: [{ model: connectX5En }],
  });
  const cluster = new FakeCluster();
  const point = new CrashPoint(at, WRITES);
  cluster.afterWrite = point.passed;
  let crashes = 0;
  for (;;) {
    try {
      const run = await runHost(world, clock, SPEC, { cluster, wrap: point.wrap, wrapBmc: point.wrap });
      return { world, run, crashes, writes: point.count };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      clock.advance(3_000);
    }
  }
}

it('ends ready after one restart and one staging wherever the operator dies', async () => {
  const { writes } = await runWithCrash(Number.POSITIVE_INFINITY);
  expect(writes).toBeGreaterThan(12);
  for (let at = 1; at <= writes; at += 1) {
    const { world, run, crashes } = await runWithCrash(at);
    const ready = findCondition(run.host().status?.conditions, 'Ready');
    const { restarts, biosStages } = world.counters;
    expect({ at, crashes, ready: ready?.reason, restarts: restarts.length, biosStages, maintenance: world.maintenanceMode }).toEqual({
      at,
      crashes: 1,
      ready: 'Succeeded',
      restarts: 1,
      biosStages: 1,
      maintenance: false,
    });
  }
});
