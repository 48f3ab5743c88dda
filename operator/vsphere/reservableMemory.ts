/** How much memory can be reserved for a VM where it is now. */
import type { ReservableMemory } from '../ports/vsphere.ts';
import { retrieveOne } from './propertyCollector.ts';
import type { Calls } from './session.ts';
import { toNumber } from './xmlNode.ts';

const MIB = 1024 * 1024;

/**
 * Of the resource pool: `runtime.memory.unreservedForVm`, in bytes, "available to satisfy a reservation for a child virtual machine"; with an
 * expandable reservation its ancestors count in it. What the VM itself has reserved while it runs is not in it. Of the host: what it has at all.
 */
export async function readReservableMemory(calls: Calls, vmMoRef: string, hostMoRef: string): Promise<ReservableMemory> {
  const host = await retrieveOne(calls, { kind: 'HostSystem', value: hostMoRef }, ['hardware.memorySize']);
  const vm = await retrieveOne(calls, { kind: 'VirtualMachine', value: vmMoRef }, ['resourcePool']);
  const pool = vm.refOf('resourcePool');
  // A pool may also be a vApp, which is read by its own type.
  const runtime = pool === undefined ? undefined : (await retrieveOne(calls, pool, ['runtime.memory'])).node('runtime.memory');
  return { poolMB: inMB(runtime?.numberOf('unreservedForVm')), hostMB: inMB(toNumber(host.text('hardware.memorySize'))) };
}

function inMB(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.floor(bytes / MIB);
}
