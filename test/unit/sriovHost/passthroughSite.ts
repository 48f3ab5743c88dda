/** A simulated host with one dual-port adapter, and what tests of passthrough need of it. */
import { expect } from '@jest/globals';
import { findCondition } from '../../../operator/api/conditions.ts';
import type { AdapterSpec, SriovHostSpec } from '../../../operator/api/types.ts';
import { standardDepot } from '../../simulator/depot.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import type { HostWorldOptions } from '../../simulator/world/hostOptions.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { ask } from '../../support/world/physicalFunction.ts';
import { type HostRun, type RunOptions, runHost } from '../../support/world/runHost.ts';

export const PF = '0000:3b:00.0';
export const PF2 = '0000:3b:00.1';
const SR_IOV = { SRIOV_EN: 1, NUM_OF_VFS: 8 };

export interface Site {
  readonly world: HostWorld;
  readonly clock: ManualClock;
  readonly cluster: FakeCluster;
  run(spec: SriovHostSpec, options?: RunOptions): Promise<HostRun>;
}

export function site(options: Partial<HostWorldOptions> & { readonly tools?: 'bare' | 'withMft' } = {}): Site {
  const { tools = 'withMft', ...more } = options;
  const clock = new ManualClock();
  const world = new HostWorld({
    id: 'h',
    name: 'esx-01',
    clock,
    profile: hostProfile({ tools }),
    files: standardDepot('7.0u3'),
    adapters: [{ model: connectX5En, parameters: SR_IOV }],
    moduleOptions: 'max_vfs=0,4',
    ...more,
  });
  const cluster = new FakeCluster();
  return { world, clock, cluster, run: (spec, runOptions = {}) => runHost(world, clock, spec, { cluster, ...runOptions }) };
}

export const ports = (one: number, two: number): AdapterSpec['ports'] => [
  { number: 1, vfs: one },
  { number: 2, vfs: two },
];
export const spec = (one = 0, two = 4, more: Partial<SriovHostSpec> = {}): SriovHostSpec =>
  hostSpec({ adapters: [adapterSpec('a', PF, ports(one, two))], ...more });

export function verdict(run: HostRun): string {
  const ready = findCondition(run.host().status?.conditions, 'Ready');
  return `${ready?.status} ${ready?.reason}`;
}

export const vfsAt = (world: HostWorld, address: string): number | undefined =>
  world.functions.find(({ port }) => port.address === address)?.virtualFunctions.length;

/** A host on which port 1 is passed through for lab/sm. */
export async function passedThrough(options: Parameters<typeof site>[0] = {}): Promise<Site> {
  const made = site(options);
  ask(made.cluster);
  const run = await made.run(spec());
  expect(verdict(run)).toBe('True Succeeded');
  expect(made.world.passthrough.active(PF)).toBe(true);
  return made;
}
