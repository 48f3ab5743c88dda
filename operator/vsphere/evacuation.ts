/** Whether DRS can empty a host: its cluster, the automation levels, and where VMs could go. */
import type { DrsLevel, EvacuationFacts } from '../ports/vsphere.ts';
import { entityName } from './entityName.ts';
import { type ObjectProperties, retrieve, retrieveOne, through } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import type { Ref, XmlNode } from './xmlNode.ts';

const NO_CLUSTER: EvacuationFacts = { cluster: undefined, drs: 'Off', otherHosts: 0, levelOfVm: {} };

const LEVELS: Readonly<Record<string, DrsLevel>> = {
  manual: 'Manual',
  partiallyAutomated: 'PartiallyAutomated',
  fullyAutomated: 'FullyAutomated',
};

/** `parent` of a host is a ComputeResource of its own, or the ClusterComputeResource (vSphere API reference, HostSystem). */
export async function readEvacuationFacts(calls: Calls, hostMoRef: string): Promise<EvacuationFacts> {
  const parent = (await retrieveOne(calls, { kind: 'HostSystem', value: hostMoRef }, ['parent'])).refOf('parent');
  if (parent?.kind !== 'ClusterComputeResource') return NO_CLUSTER;
  const cluster = await retrieveOne(calls, parent, ['name', 'configurationEx']);
  return { ...levelsOf(cluster), otherHosts: await countOthers(calls, parent, hostMoRef) };
}

function levelsOf(cluster: ObjectProperties): Omit<EvacuationFacts, 'otherHosts'> {
  const configuration = cluster.node('configurationEx');
  const drs = configuration?.child('drsConfig');
  const level = toLevel(drs?.booleanOf('enabled'), drs?.textOf('defaultVmBehavior'));
  const overridden = drs?.booleanOf('enableVmBehaviorOverrides') !== false;
  const own = overridden ? (configuration?.list('drsVmConfig') ?? []) : [];
  return {
    cluster: entityName(cluster.text('name')),
    drs: level,
    levelOfVm: level === 'Off' ? {} : Object.fromEntries(own.flatMap((entry) => levelOfVm(entry, level))),
  };
}

/** ClusterDrsVmConfigInfo: `enabled` unset means enabled, `behavior` unset means that of the cluster. */
function levelOfVm(entry: XmlNode, level: DrsLevel): readonly (readonly [string, DrsLevel])[] {
  const vm = entry.textOf('key');
  const behavior = entry.textOf('behavior');
  if (vm === undefined) return [];
  return [[vm, entry.booleanOf('enabled') === false ? 'Off' : behavior === undefined ? level : toLevel(true, behavior)]];
}

/** An automation level that is not told counts as manual: the careful assumption. */
function toLevel(enabled: boolean | undefined, behavior: string | undefined): DrsLevel {
  return enabled === true ? (LEVELS[behavior ?? ''] ?? 'Manual') : 'Off';
}

async function countOthers(calls: Calls, cluster: Ref, hostMoRef: string): Promise<number> {
  const paths = ['runtime.connectionState', 'runtime.inMaintenanceMode'];
  const hosts = await retrieve(calls, { type: 'HostSystem', paths, from: through(cluster, 'host') });
  const usable = (host: ObjectProperties): boolean =>
    host.text('runtime.connectionState') === 'connected' && host.boolean('runtime.inMaintenanceMode') === false;
  return hosts.filter((host) => host.ref.value !== hostMoRef && usable(host)).length;
}
