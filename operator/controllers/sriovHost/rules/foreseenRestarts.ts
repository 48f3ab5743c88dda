/** Rule: while the firmware tools are not loaded, which Observe and hold leave as it is, a plan still says that the host will have to restart. Pure. */
import { vfsItem } from './driver.ts';
import type { AdapterWork, PlanInput } from './input.ts';

/**
 * Virtual functions that are missing, or too many, come and go with a boot only: that is known before any firmware is read. Those that a
 * restart did not bring do not count.
 */
export function foreseenRestarts({ spec, observation, memory }: PlanInput, works: readonly AdapterWork[]): number {
  const { virtualFunctions } = observation;
  if (!virtualFunctions.known) return 0;
  const due = spec.adapters.some(({ name, ports }) => {
    const seen = observation.adapters.find((adapter) => adapter.name === name);
    const healthy = works.find((work) => work.name === name)?.problem === undefined;
    if (!healthy || seen === undefined || !seen.adapter.known) return false;
    const addresses = new Map(seen.adapter.value.ports.map(({ number, address }) => [number, address]));
    return ports.some((port) => {
      const present = virtualFunctions.value[addresses.get(port.number) ?? '']?.present ?? 0;
      return present !== port.vfs && memory.tried[vfsItem(name, port)] === undefined;
    });
  });
  return due ? 1 : 0;
}
