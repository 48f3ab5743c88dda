/** Random host worlds: the controller converges, with the fewest restarts that an exhaustive search finds, whatever the order of its inputs. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import type { HostWorld } from '../../simulator/world/hostWorld.ts';
import { stagedCopies } from '../../support/world/firmwareImages.ts';
import { optimalRestarts } from '../../support/world/optimum.ts';
import { runHost } from '../../support/world/runHost.ts';
import { askedPorts, build, clusterFor, downloaderFor, randomWorld, specFor } from './randomHosts.ts';

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 10_000);

function shuffled(spec: SriovHostSpec): SriovHostSpec {
  const adapters = [...spec.adapters].reverse().map((entry) => ({ ...entry, ports: [...entry.ports].reverse() }));
  return { ...spec, adapters, software: [...spec.software].reverse() };
}

describe('SriovHost controller on random worlds', () => {
  it(`converges with the optimum of restarts and disturbs nothing else (${RUNS} worlds)`, async () => {
    await fc.assert(
      fc.asyncProperty(randomWorld, async (random) => {
        const spec = specFor(random);
        const { host, clock } = build(random);
        const asked = askedPorts(random);
        const optimum = optimalRestarts(host, spec, asked);
        const before = undeclaredVfs(host, spec);
        const downloader = downloaderFor(random);
        const run = await runHost(host, clock, spec, { downloader, cluster: clusterFor(random, 'x') });
        const ready = findCondition(run.host().status?.conditions, 'Ready');
        if (optimum === undefined) {
          // Only a person can switch the power of a card that needs it, where there is no BMC.
          expect(ready?.reason).toBe('ManualPowerCycleRequired');
          return;
        }
        expect({ ready: ready?.reason, restarts: host.counters.restarts.length }).toEqual({ ready: 'Succeeded', restarts: optimum });
        expect(stagedCopies(host.files)).toEqual([]);
        expect(host.maintenanceMode).toBe(random.inMaintenance);
        expect(undeclaredVfs(host, spec)).toEqual(before);
        const passedThrough = host.functions.filter(({ port }) => host.passthrough.active(port.address)).length;
        expect(passedThrough).toBe(asked.length);
        for (const token of random.options.split(' ').filter((word) => word !== '' && !word.startsWith('max_vfs='))) {
          expect(host.modules.configured('nmlx5_core').split(' ')).toContain(token);
        }
        const writes = { cluster: run.cluster.writes, host: host.counters.reconfigurations };
        await runHost(host, clock, spec, { cluster: run.cluster, most: 2, downloader });
        expect({ cluster: run.cluster.writes, host: host.counters.reconfigurations }).toEqual(writes);
        const twin = build(random);
        const other = await runHost(twin.host, twin.clock, shuffled(spec), { downloader, cluster: clusterFor(random, 'y') });
        expect(twin.host.counters.restarts.map(({ kind }) => kind)).toEqual(host.counters.restarts.map(({ kind }) => kind));
        expect(twin.host.modules.configured('nmlx5_core')).toBe(host.modules.configured('nmlx5_core'));
        expect(other.looks).toBe(run.looks);
      }),
      { numRuns: RUNS },
    );
  }, 600_000);
});

/** Entries of max_vfs that belong to ports nobody declared, by PCI address. */
function undeclaredVfs(host: HostWorld, spec: SriovHostSpec): Readonly<Record<string, number>> {
  const declared = new Set(
    spec.adapters.flatMap((entry) => {
      const card = host.adapters.find(({ ports }) => ports[0]?.address === entry.selector.pciAddress);
      return entry.ports.map(({ number }) => card?.ports[number - 1]?.address ?? '');
    }),
  );
  return Object.fromEntries(
    host.physicalFunctions
      .filter(({ address, vmnic }) => vmnic !== undefined && !declared.has(address))
      .map(({ address, configuredVfs }) => [address, configuredVfs]),
  );
}
