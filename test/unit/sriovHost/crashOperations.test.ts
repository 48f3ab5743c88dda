/** The operator dies after any of its writes while it brings a host back, or holds a permit: the end is the same, and nothing is left over. */
import { describe, expect, it } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost } from '../../../operator/api/types.ts';
import type { EsxiHost } from '../../../operator/ports/esxiHost.ts';
import { connectX6Vpi } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { FakePermits } from '../../support/fakes/permits.ts';
import { Crash } from '../../support/world/crashPoint.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';

const KEY = 'lab/esx-01';
const SPEC = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4, linkType: 'InfiniBand' }])] });
const WRITES: ReadonlySet<string> = new Set([
  'setModuleOptions',
  'startMst',
  'setFirmwareConfig',
  'enterMaintenanceMode',
  'exitMaintenanceMode',
  'powerOff',
  'saveConfiguration',
]);

/** Forth without a crash, then back with one after write number `at`. */
async function backWithCrash(at: number) {
  const clock = new ManualClock();
  const profile = hostProfile({ tools: 'withMft' });
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile,
    adapters: [{ model: connectX6Vpi }],
    moduleOptions: 'pfctx=0x08',
  });
  const cluster = new FakeCluster();
  const permits = new FakePermits();
  const before = JSON.stringify(world.adapters[0]?.config.list());
  await runHost(world, clock, SPEC, { cluster, permits });
  const host = cluster.hosts.get(KEY) as SriovHost;
  const { snapshot } = host.status ?? {};
  cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, annotations: { 'sriov.esxi.io/restore': '1' } } });
  let writes = 0;
  const wrote = (): void => {
    writes += 1;
    if (writes === at) throw new Crash(`after write ${writes}`);
  };
  cluster.afterWrite = wrote;
  permits.afterWrite = wrote;
  const wrap = (target: EsxiHost): EsxiHost =>
    new Proxy(target, {
      get: (esxi, name: keyof EsxiHost & string) => {
        const value = esxi[name];
        if (typeof value !== 'function') return value;
        return async (...args: unknown[]) => {
          const result = await (value as (...all: unknown[]) => Promise<unknown>).apply(esxi, args);
          if (WRITES.has(name)) wrote();
          return result;
        };
      },
    });
  for (let crashes = 0; ; ) {
    try {
      const run = await runHost(world, clock, SPEC, { cluster, permits, wrap });
      const sameSettings =
        JSON.stringify(world.adapters[0]?.config.list()) === before && world.modules.configured('nmlx5_core') === 'pfctx=0x08';
      return { writes, crashes, status: run.host().status, metadata: run.host().metadata, world, permits, snapshot, sameSettings };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      crashes += 1;
      clock.advance(3_000);
    }
  }
}

describe('restore, crashing', () => {
  it('ends restored after one restart wherever the operator dies, and holds no permit', async () => {
    const { writes } = await backWithCrash(Number.POSITIVE_INFINITY);
    expect(writes).toBeGreaterThan(8);
    for (let at = 1; at <= writes; at += 1) {
      const { crashes, status, metadata, world, permits, snapshot, sameSettings } = await backWithCrash(at);
      expect({
        at,
        crashes,
        reason: findCondition(status?.conditions, 'Ready')?.reason,
        restarts: world.counters.restarts.length,
        maintenance: world.maintenanceMode,
        permits: permits.holders,
        finalizers: metadata.finalizers,
        sameSettings,
      }).toEqual({ at, crashes: 1, reason: 'Restored', restarts: 2, maintenance: false, permits: [], finalizers: [], sameSettings: true });
      expect(status?.snapshot).toEqual(snapshot);
    }
  });
});
