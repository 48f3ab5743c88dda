/** A host with VMs and a second one beside it, simulated without protocols, and the controller that is run on the first. */
import { findCondition } from '../../../operator/api/conditions.ts';
import type { SriovHostSpec } from '../../../operator/api/types.ts';
import type { EvacuationFacts } from '../../../operator/ports/vsphere.ts';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { hostProfile } from '../../simulator/profiles/hostProfiles.ts';
import { ManualClock } from '../../simulator/world/clock.ts';
import { HostWorld } from '../../simulator/world/hostWorld.ts';
import { Inventory } from '../../simulator/world/inventory.ts';
import type { NewVm, SimVm } from '../../simulator/world/vm.ts';
import { FakeCluster } from '../../support/fakes/cluster.ts';
import { adapterSpec, hostSpec } from '../../support/world/hostSpec.ts';
import { runHost } from '../../support/world/runHost.ts';
import { worldVsphere } from '../../support/world/worldVsphere.ts';

export const KEY = 'lab/esx-01';
export const CLUSTER: EvacuationFacts = { cluster: 'prod', drs: 'FullyAutomated', otherHosts: 1, levelOfVm: {} };
export const SRIOV = [{ kind: 'Sriov', key: 4000, label: 'x', controllerKey: 100, unitNumber: 45 }] as unknown as SimVm['devices'];

export function specWith(disruption: Partial<SriovHostSpec['disruption']> = {}): SriovHostSpec {
  const spec = hostSpec({ adapters: [adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 8 }])] });
  return { ...spec, disruption: { ...spec.disruption, runningVms: 'PowerOff', ...disruption } };
}

export interface Stage {
  readonly clock: ManualClock;
  readonly world: HostWorld;
  readonly inventory: Inventory;
  readonly cluster: FakeCluster;
  readonly vms: Readonly<Record<string, SimVm>>;
}

export function stage(vms: readonly Omit<NewVm, 'hostId'>[]): Stage {
  const clock = new ManualClock();
  const base = { clock, profile: hostProfile({ tools: 'withMft' }), adapters: [{ model: connectX5En }] };
  const world = new HostWorld({ ...base, id: 'h', name: 'esx-01' });
  const other = new HostWorld({ ...base, id: 'other', name: 'esx-02' });
  const inventory = new Inventory({ clock });
  for (const host of [world, other]) {
    inventory.addHost(host, { cluster: 'prod' });
    host.attachVms(inventory);
  }
  const added = vms.map((vm) => inventory.addVm({ powerState: 'poweredOn', ...vm, hostId: 'h' }));
  return { clock, world, inventory, cluster: new FakeCluster(), vms: Object.fromEntries(added.map((vm) => [vm.name, vm])) };
}

export async function run({ clock, world, inventory, cluster }: Stage, spec: SriovHostSpec, facts?: EvacuationFacts) {
  const vsphere = worldVsphere({ inventory, world, ...(facts === undefined ? {} : { facts }) });
  const { host } = await runHost(world, clock, spec, { cluster, vsphere });
  const { status, metadata } = host();
  const ready = findCondition(status?.conditions, 'Ready');
  return { reason: ready?.reason, message: ready?.message ?? '', status, finalizers: metadata.finalizers ?? [] };
}

export function states(vms: Stage['vms']) {
  return Object.fromEntries(Object.values(vms).map(({ name, powerState }) => [name, powerState]));
}
