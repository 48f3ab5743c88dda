/** Rule: without the VIB of the driver no virtual function can come, and neither BIOS nor firmware is to blame. Pure. */
import type { AdapterSpec, Problem } from '../../../api/types.ts';
import { DRIVER } from '../adapters.ts';
import type { DeclaredAdapter } from '../observation.ts';
import type { PlanInput } from './input.ts';

/** The VIB is spelled with a dash; its module with an underscore. */
const DRIVER_VIB = /^nmlx5[-_]core$/;

/** An upgrade of ESXi may drop a driver that somebody had installed, or bring none. One that is declared or staged comes by itself. */
export function driverMissing({ name, ports }: AdapterSpec, seen: DeclaredAdapter, input: PlanInput): Problem | undefined {
  const { vibs, stagedVibs, host } = input.observation;
  if (!vibs.known || !stagedVibs.known || !seen.adapter.known || !ports.some(({ vfs }) => vfs > 0)) return undefined;
  const all = [...vibs.value, ...stagedVibs.value, ...input.spec.software];
  const driven = seen.adapter.value.ports.some((port) => port.driven);
  if (driven || all.some((vib) => DRIVER_VIB.test(vib.name))) return undefined;
  const release = host.known ? ` for ESXi ${host.value.version.version}` : '';
  return {
    reason: 'DriverMissing',
    message: `adapter ${name}: no VIB with the driver ${DRIVER} is on this host, so it cannot have virtual functions (an upgrade of ESXi can remove one); declare nmlx5-core${release} in spec.software with its source`,
  };
}
