/** The operator dies after any write to the host, the BMC or Kubernetes, with a BIOS to change and a shutdown that hangs: the end is the same. */
import { expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

class Crash extends Error {}

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
  let writes = 0;
  const passed = (): void => {
    writes += 1;
    if (writes === at) throw new Crash(`after write ${at}`);
  };
  cluster.afterWrite = passed;
  const wrap = <T extends object>(port: T): T =>
    new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const result: unknown = await value.apply(target, args);
          if (WRITES.has(String(name))) passed();
          return result;
        };
      },
    });
  let crashes = 0;
  for (;;) {
    try {
      const run = await runHost(world, clock, SPEC, { cluster, wrap, wrapBmc: wrap });
      return { world, run, crashes, writes };
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
