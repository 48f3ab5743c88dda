/** Compute resources with their resource pool and environment browser. */
import type { InventoryHost } from '../../world/inventory.ts';
import { compareVersions } from '../wire/apiVersion.ts';
import { array, boolean, derived, enumeration, int, long, object, ref, refs, string, type Value } from '../wire/values.ts';
import { type ManagedObject, sameRef } from './managedObject.ts';
import { offered } from './networkObjects.ts';
import { entityName, type View } from './view.ts';

export function computeObjects(view: View, host: InventoryHost): readonly ManagedObject[] {
  const { naming } = view;
  const compute = naming.compute(host);
  const members = () => view.hosts().filter((other) => sameRef(naming.compute(other), compute));
  return [
    {
      ref: compute,
      properties: {
        name: () => string(entityName(host.cluster ?? host.view.name)),
        parent: () => ref(naming.folder('host', host.datacenter, [])),
        host: () => refs(members().map((other) => naming.host(other))),
        resourcePool: () => ref(naming.pool(host)),
        ...(host.cluster === undefined ? {} : { configurationEx: () => clusterConfiguration(view, host.cluster ?? '') }),
        // Images came with vSphere 7.0.
        ...(view.apiType === 'VirtualCenter' && compareVersions(view.apiVersion, '7.0') >= 0
          ? { lifecycleManaged: () => boolean(members().some((other) => other.view.imageManaged === true)) }
          : {}),
        environmentBrowser: () => ref(naming.browser(host)),
        network: () =>
          refs(
            view
              .networks()
              .filter((network) => members().some((other) => offered(network, other)))
              .map((network) => naming.network(network)),
          ),
      },
    },
    {
      ref: naming.pool(host),
      properties: {
        name: () => string('Resources'),
        parent: () => ref(compute),
        owner: () => ref(compute),
        runtime: () => poolRuntime(view, members()),
        vm: () => refs(members().flatMap((other) => view.inventory.vmsOfHost(other.view.id).map((vm) => naming.vm(vm)))),
      },
    },
    { ref: naming.browser(host), properties: {} },
  ];
}

const MIB = 1024 * 1024;

/** ResourcePoolRuntimeInfo: what running VMs have not reserved of the memory of the hosts. */
function poolRuntime(view: View, hosts: readonly InventoryHost[]): Value {
  const running = hosts.flatMap((host) => view.inventory.vmsOfHost(host.view.id)).filter((vm) => vm.powerState === 'poweredOn');
  const reserved = running.reduce((sum, vm) => sum + (vm.memoryLockedToMax ? vm.memoryMB : vm.memoryReservationMB), 0);
  const all = hosts.reduce((sum, host) => sum + host.memoryMB, 0);
  const left = long(Math.max(0, all - reserved) * MIB);
  return object('ResourcePoolRuntimeInfo', {
    memory: object('ResourcePoolResourceUsage', {
      reservationUsed: long(reserved * MIB),
      reservationUsedForVm: long(reserved * MIB),
      unreservedForPool: left,
      unreservedForVm: left,
      overallUsage: long(0),
      maxUsage: long(all * MIB),
    }),
    overallStatus: enumeration('ManagedEntityStatus', 'green'),
  });
}

const BEHAVIORS = { Manual: 'manual', PartiallyAutomated: 'partiallyAutomated', FullyAutomated: 'fullyAutomated' } as const;

/** ClusterConfigInfoEx, as far as DRS goes. */
function clusterConfiguration(view: View, cluster: string): Value {
  const { drs } = view.inventory;
  const level = drs.levelOf(cluster);
  const own = view.vms().filter((vm) => view.inventory.host(vm.hostId)?.cluster === cluster && drs.ownLevelOf(vm) !== undefined);
  return derived('ClusterConfigInfoEx', {
    drsConfig: object('ClusterDrsConfigInfo', {
      enabled: boolean(level !== 'Off'),
      enableVmBehaviorOverrides: boolean(true),
      defaultVmBehavior: enumeration('DrsBehavior', level === 'Off' ? 'manual' : BEHAVIORS[level]),
      vmotionRate: int(3),
    }),
    drsVmConfig: array(
      'ClusterDrsVmConfigInfo',
      own.map((vm) => {
        const ownLevel = drs.ownLevelOf(vm) ?? 'Off';
        return object('ClusterDrsVmConfigInfo', {
          key: ref(view.naming.vm(vm)),
          enabled: boolean(ownLevel !== 'Off'),
          behavior: ownLevel === 'Off' ? undefined : enumeration('DrsBehavior', BEHAVIORS[ownLevel]),
        });
      }),
    ),
  });
}
