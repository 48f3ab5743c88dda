/** What is remembered of the functions that the operator passed through. Pure. */
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import type { PassthroughRecord } from '../physicalFunctions.ts';
import type { HostStep } from '../steps.ts';

type SetPassthrough = Extract<HostStep, { kind: 'SetPassthrough' }>;

/** Brought up to date with what is seen: a function that is the driver's again and that nobody asks for is forgotten. */
export function recordPassthrough(memory: HostMemory, { allAdapters, passthrough, adapters }: HostObservation): HostMemory {
  if (memory.passthrough.length === 0 || !allAdapters.known || memory.lastRestart?.state === 'Requested') return memory;
  const ports = allAdapters.value.flatMap((adapter) => adapter.ports);
  const records = memory.passthrough.flatMap((record): readonly PassthroughRecord[] => {
    const seen = adapters.find(({ name }) => name === record.adapter)?.adapter;
    const now = seen?.known === true ? seen.value.ports.find(({ number }) => number === record.port) : undefined;
    const ownership = ports.find(({ address }) => address === record.pciAddress)?.ownership;
    const asked = (passthrough?.requests ?? []).some((request) => request.adapter === record.adapter && request.port === record.port);
    if (asked && seen?.known === false) return [record];
    if (ownership?.active === true) return [record.seenActive === true ? record : { ...record, seenActive: true }];
    // ESXi keeps the setting by PCI address: a port that moved has to be passed through anew, and gets a record of its own.
    const isThere = now?.address === record.pciAddress;
    return (asked && isThere) || ownership?.configured === true ? [record] : [];
  });
  return { ...memory, passthrough: records };
}

/** Written before the command: after a crash nobody else could tell that it was the operator who gave the function away. */
export function withPassthrough(memory: HostMemory, step: SetPassthrough): HostMemory {
  if (!step.enabled || memory.passthrough.some(({ pciAddress }) => pciAddress === step.address)) return memory;
  const record: PassthroughRecord = {
    adapter: step.adapter,
    port: step.port,
    pciAddress: step.address,
    ...(step.macAddress === undefined ? {} : { macAddress: step.macAddress }),
    ...(step.vmnic === undefined ? {} : { vmnic: step.vmnic }),
  };
  const others = memory.passthrough.filter(({ adapter, port }) => adapter !== step.adapter || port !== step.port);
  return { ...memory, passthrough: [...others, record] };
}

/** True for an item whose function was passed through before and is not any more: somebody, or a boot, changed it. */
export function wasLost(item: string, { passthrough }: Pick<HostMemory, 'passthrough'>): boolean {
  return passthrough.some(({ adapter, port, seenActive }) => seenActive === true && item === `passthrough/${adapter}/${port}=on`);
}
