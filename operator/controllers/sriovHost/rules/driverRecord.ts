/** Which functions the driver options are for is written down as soon as it is seen: later a card more or less could shift their meaning. */
import { normaliseOptions } from '../driverOptions.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';

/**
 * Options that somebody else wrote can only mean the functions that the driver has now (KB 309346). Ours were recorded with the functions
 * that they were written for, and a record stays as long as the options do.
 */
export function recordDriver(memory: HostMemory, { allAdapters, driverOptions }: HostObservation): HostMemory {
  if (!allAdapters.known || !driverOptions.known || memory.lastRestart?.state === 'Requested') return memory;
  const options = normaliseOptions(driverOptions.value);
  if (!/(^| )max_vfs=/.test(options) || memory.driver?.options === options) return memory;
  // Our own write was noted and has not happened yet: the note knows better whom the entries are for.
  if (memory.driver?.replaces === options) return memory;
  const driven = allAdapters.value.flatMap((adapter) => adapter.ports).filter((port) => port.driven);
  return {
    ...memory,
    driver: { options, functions: driven.map(({ address }) => address), macAddresses: driven.map(({ macAddress }) => macAddress ?? '') },
  };
}
