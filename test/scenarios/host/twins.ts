/** One machine in two manifests: copied, and half corrected. */
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostManifest } from '../../support/lab/manifests.ts';
import type { Scenario, Stage } from '../scenario.ts';
import { FABRIC0 } from './ethernet.ts';

const adapters = [FABRIC0];
const world = { profile: { esxi: '7.0u3', tools: 'withMft' }, adapters: [{ model: connectX5En }] } as const;
/** Comes before the name of the scenario's own host, where both were created in the same second. */
const OTHER = 'another';

async function applyOther(
  { lab, host, namespace }: Stage,
  esxi: object,
  annotations: Readonly<Record<string, string>> = {},
): Promise<void> {
  const own = hostManifest(host, undefined, { namespace, annotations, spec: { adapters } });
  const spec = own['spec'] as { readonly esxi: object };
  await lab.apply({ ...own, metadata: { ...own.metadata, name: OTHER }, spec: { ...spec, esxi: { ...spec.esxi, ...esxi } } });
}

async function waitsFor(reason: string, { lab, host, hostKey, namespace }: Stage): Promise<void> {
  await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'False', reason });
  const { reconfigurations, restarts } = host.world.counters;
  if (reconfigurations + restarts.length > 0 || host.world.maintenanceMode) throw new Error('something was written to the host');
  await lab.remove('sriovhost', namespace, OTHER);
  await lab.observer.untilCondition('SriovHost', hostKey, { type: 'Ready', status: 'True', timeoutMs: 90_000 });
}

export const TWINS: readonly Scenario[] = [
  {
    name: 'host-declared-twice',
    kind: 'host',
    why: 'two objects for one ESXi host would undo each other with a restart each: the older one goes on, the other once that is gone',
    world,
    spec: { adapters },
    prepare: async (stage) => await applyOther(stage, {}, { 'sriov.esxi.io/hold': '' }),
    play: async (stage) => await waitsFor('HostDeclaredTwice', stage),
    expect: { ready: true, restarts: 1 },
  },
  {
    name: 'bmc-declared-twice',
    kind: 'host',
    why: 'a manifest was copied and its BMC not corrected: a power cycle could hit the neighbour, so there is none until it is',
    world,
    spec: { adapters },
    prepare: async (stage) => await applyOther(stage, { address: 'esx-00.invalid' }),
    play: async (stage) => await waitsFor('BmcDeclaredTwice', stage),
    expect: { ready: true, restarts: 1 },
  },
];
