/** VMkernel modules that a simulated host has. */
import type { HostWorld } from '../../world/hostWorld.ts';

export function knownModules(world: HostWorld): readonly string[] {
  const driver = world.software.has('nmlx5-core') ? ['nmlx5_core', 'nmlx5_rdma'] : [];
  return ['vmkernel', 'procfs', 'vmkapi_v2_3_0_0_vmkernel_shim', 'ntg3', ...driver, ...(world.software.has('nmst') ? ['mst'] : [])];
}

export function isLoaded(world: HostWorld, module: string): boolean {
  switch (module) {
    case 'mst':
      return world.mft.loaded;
    case 'nmlx5_core':
    case 'nmlx5_rdma':
      return world.functions.some((fn) => fn.driver !== undefined);
    default:
      return true;
  }
}
