/**
 * People change their minds, before a host is ready and after, and the operator dies once on the way: whatever was declared in between, the host
 * ends as it is declared last. Once it was ready, the way from one declaration to the next takes the fewest restarts that an exhaustive search finds.
 */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHost, SriovHostSpec } from '../../../operator/api/types.ts';
import type { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import type { FakeCluster } from '../../support/fakes/cluster.ts';
import { Crash, CrashPoint } from '../../support/world/crashPoint.ts';
import { optimalRestarts } from '../../support/world/optimum.ts';
import { runHost } from '../../support/world/runHost.ts';
import { build, clusterFor, downloaderFor, type RandomWorld, randomWorld, specFor } from './randomHosts.ts';

const RUNS = Math.ceil(Number(process.env['PROPERTY_RUNS'] ?? 10_000) / 20);
const KEY = 'lab/esx-01';

/** Where the operator dies, once in each story: after one of these, or after a write to Kubernetes. */
const WRITES: ReadonlySet<string> = new Set([
  'installVib',
  'upload',
  'removeFile',
  'burnFirmware',
  'setFirmwareConfig',
  'setModuleOptions',
  'startMst',
  'enterMaintenanceMode',
  'exitMaintenanceMode',
  'saveConfiguration',
  'reboot',
  'powerOff',
  'powerOn',
  'stageBiosAttributes',
]);

/** What is declared next for the same cards, and how many looks it has before that; undefined: until the host is ready. */
const change = fc.record({
  adapters: fc.array(
    fc.record({
      declared: fc.boolean(),
      vfs: fc.tuple(fc.constantFrom(1, 4, 8), fc.constantFrom(0, 2, 8)),
      infiniband: fc.tuple(fc.boolean(), fc.boolean()),
      linkDeclared: fc.tuple(fc.boolean(), fc.boolean()),
      firmwareVfs: fc.boolean(),
      image: fc.constantFrom('none', 'none', 'same', 'newer', 'newerByUrl', 'older'),
    }),
    { minLength: 3, maxLength: 3 },
  ),
  looks: fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function changed(random: RandomWorld, { adapters }: Change): RandomWorld {
  return { ...random, adapters: random.adapters.map((entry, index) => ({ ...entry, ...adapters[index] }) as typeof entry) };
}

/** kubectl apply */
function declare(cluster: FakeCluster, spec: SriovHostSpec): void {
  const host = cluster.hosts.get(KEY) as SriovHost;
  const generation = host.metadata.generation + 1;
  cluster.put('SriovHost', { ...host, metadata: { ...host.metadata, generation }, spec });
}

const patience = (next: Change | undefined) => (next?.looks === undefined ? {} : { most: next.looks });
const isReady = (cluster: FakeCluster): boolean => readyOf(cluster)?.status === 'True';
const readyOf = (cluster: FakeCluster) => findCondition(cluster.hosts.get(KEY)?.status?.conditions, 'Ready');

/** Shut down, and off and on by hand, until it is up again. */
function switchPower(host: HostWorld, clock: ManualClock): void {
  host.shutDown();
  clock.advance(600_000);
  host.powerOn();
  clock.advance(600_000);
}

/** Ports of the last declaration that have another number of virtual functions. */
function wrongPorts(host: HostWorld, spec: SriovHostSpec): readonly string[] {
  return spec.adapters.flatMap(({ selector, ports }) => {
    const card = host.adapters.find((candidate) => candidate.ports[0]?.address === selector.pciAddress);
    return ports.flatMap(({ number, vfs }) => {
      const address = card?.ports[number - 1]?.address ?? '';
      const present = host.functions.find(({ port }) => port.address === address)?.virtualFunctions.length ?? 0;
      return present === vfs ? [] : [`${address}: ${present}, not ${vfs}`];
    });
  });
}

describe('a SriovHost whose spec is changed', () => {
  it(`ends as declared last, with the fewest restarts from where it was ready (${RUNS} stories)`, async () => {
    await fc.assert(
      fc.asyncProperty(
        randomWorld,
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 150 }),
        async (drawn, changes, dies) => {
          // Whole ports are for attachments to ask for.
          const random = { ...drawn, adapters: drawn.adapters.map((entry) => ({ ...entry, whole: [false, false] as const })) };
          const { host, clock } = build(random);
          const cluster = clusterFor(random, 'x');
          const downloader = downloaderFor(random);
          let spec = specFor(random);
          const point = new CrashPoint(dies, WRITES);
          cluster.afterWrite = point.passed;
          const runUntil = async (next: Change | undefined): Promise<void> => {
            try {
              await runHost(host, clock, spec, { cluster, downloader, wrap: point.wrap, wrapBmc: point.wrap, ...patience(next) });
            } catch (error) {
              if (!(error instanceof Crash)) throw error;
              clock.advance(3_000);
              await runUntil(next);
            }
          };
          await runUntil(changes[0]);
          for (const [index, next] of changes.entries()) {
            spec = specFor(changed(random, next));
            const before = host.counters.restarts.length;
            const optimum = isReady(cluster) ? optimalRestarts(host, spec) : undefined;
            declare(cluster, spec);
            await runUntil(changes[index + 1]);
            const restarts = host.counters.restarts.length - before;
            if (optimum !== undefined && isReady(cluster)) expect({ index, restarts }).toEqual({ index, restarts: optimum });
          }
          if (!random.bmc && readyOf(cluster)?.reason === 'ManualPowerCycleRequired') {
            // The other cards have what they want meanwhile. Then somebody switches the power, and the operator goes on by itself.
            const others = spec.adapters.filter(({ name }) => random.adapters[Number(name.slice(1))]?.options.needsColdCycle !== true);
            expect(wrongPorts(host, { ...spec, adapters: others })).toEqual([]);
            switchPower(host, clock);
            await runUntil(undefined);
          }
          const ready = readyOf(cluster);
          expect(`${ready?.status} ${ready?.reason}: ${ready?.message}`).toMatch(/^True Succeeded/);
          expect(wrongPorts(host, spec)).toEqual([]);
          expect(host.maintenanceMode).toBe(random.inMaintenance);
          const writes = { cluster: cluster.writes, host: host.counters.reconfigurations };
          await runHost(host, clock, spec, { cluster, most: 2, downloader });
          expect({ cluster: cluster.writes, host: host.counters.reconfigurations }).toEqual(writes);
        },
      ),
      { numRuns: RUNS },
    );
  }, 600_000);
});
