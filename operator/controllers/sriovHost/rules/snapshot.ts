/** What is found is written down before the operator changes it for the first time, entry by entry, and never overwritten. Pure. */
import { rfc3339 } from '../../../api/conditions.ts';
import type { SriovHostStatus } from '../../../api/types.ts';
import type { FirmwareValue } from '../../../ports/esxiHost.ts';
import type { HostMemory } from '../memory.ts';
import type { HostObservation } from '../observation.ts';
import type { HostStep } from '../steps.ts';

export type Snapshot = NonNullable<SriovHostStatus['snapshot']>;
type FoundAdapter = NonNullable<Snapshot['adapters']>[number];
type Step<K extends HostStep['kind']> = Extract<HostStep, { kind: K }>;

/** Memory with what these steps are about to change. The same object where all of it is known already. */
export function takeSnapshot(
  memory: HostMemory,
  steps: readonly HostStep[],
  { observation, now }: { readonly observation: HostObservation; readonly now: Date },
): HostMemory {
  const before = memory.snapshot;
  const after = steps.reduce<Omit<Snapshot, 'takenTime'>>((found, step) => add(found, step, { memory, observation }), before ?? {});
  if (after === (before ?? after) && (before !== undefined || Object.keys(after).length === 0)) return memory;
  return { ...memory, snapshot: { takenTime: rfc3339(now), ...after } };
}

interface Seen {
  readonly memory: HostMemory;
  readonly observation: HostObservation;
}

function add<S extends Omit<Snapshot, 'takenTime'>>(found: S, step: HostStep, seen: Seen): S {
  switch (step.kind) {
    case 'InstallVib': {
      const software = found.software ?? [];
      if (software.some(({ name }) => name === step.name)) return found;
      return { ...found, software: [...software, { name: step.name, version: runningVersion(step.name, seen) }] };
    }
    case 'SetDriverOptions':
      return found.driver === undefined ? { ...found, driver: driverAsFound(step, seen) } : found;
    case 'SetPassthrough': {
      const passthrough = found.passthrough ?? [];
      if (passthrough.some(({ pciAddress }) => pciAddress === step.address)) return found;
      return { ...found, passthrough: [...passthrough, { pciAddress: step.address, enabled: !step.enabled }] };
    }
    case 'BurnFirmware':
    case 'SetFirmwareParameters':
      return addAdapter(found, step, seen);
    default:
      return found;
  }
}

function runningVersion(name: string, { observation: { vibs } }: Seen): string {
  return (vibs.known ? vibs.value.find((vib) => vib.name === name)?.version : undefined) ?? 'none';
}

function driverAsFound({ change }: Step<'SetDriverOptions'>, { memory, observation }: Seen): NonNullable<Snapshot['driver']> {
  const { driver } = memory;
  if (driver?.options === change.from && driver.macAddresses !== undefined) {
    return { options: change.from, functions: driver.functions, macAddresses: driver.macAddresses };
  }
  const ports = observation.allAdapters.known ? observation.allAdapters.value.flatMap((adapter) => adapter.ports) : [];
  const driven = ports.filter((port) => port.driven);
  return {
    options: change.from,
    functions: driven.map(({ address }) => address),
    macAddresses: driven.map(({ macAddress }) => macAddress ?? ''),
  };
}

function addAdapter<S extends Omit<Snapshot, 'takenTime'>>(
  found: S,
  step: Step<'BurnFirmware'> | Step<'SetFirmwareParameters'>,
  { observation }: Seen,
): S {
  const seen = observation.adapters.find(({ name }) => name === step.adapter);
  if (seen === undefined || !seen.adapter.known || !seen.config.known) return found;
  const [first] = seen.adapter.value.ports;
  if (first === undefined) return found;
  const adapters = found.adapters ?? [];
  const known = adapters.find(({ name }) => name === step.adapter);
  const entry: FoundAdapter = known ?? {
    name: step.adapter,
    pciAddress: first.address,
    ...(first.macAddress === undefined ? {} : { macAddress: first.macAddress }),
    ...(seen.firmware.known ? { firmwareVersion: seen.firmware.value.flashed } : {}),
  };
  const parameters = entry.parameters ?? [];
  const values = seen.config.value.parameters;
  const names = step.kind === 'SetFirmwareParameters' && isSameCard(entry, first) ? Object.keys(step.values) : [];
  const fresh = names.flatMap((name) => {
    const next = values[name]?.next;
    return next === undefined || parameters.some((other) => other.name === name) ? [] : [{ name, value: settable(next) }];
  });
  if (known !== undefined && fresh.length === 0) return found;
  const updated = fresh.length === 0 ? entry : { ...entry, parameters: [...parameters, ...fresh] };
  return { ...found, adapters: [...adapters.filter((other) => other !== known), updated] };
}

/** The selector may mean another card by now, and the place of a card may be another one. */
export function isSameCard(
  found: Pick<FoundAdapter, 'pciAddress' | 'macAddress'>,
  first: { readonly address: string; readonly macAddress: string | undefined },
): boolean {
  if (found.macAddress !== undefined && first.macAddress !== undefined) return found.macAddress === first.macAddress;
  return found.pciAddress === first.address;
}

/** As `mlxconfig set` takes it back: `True(1)` is printed for what is set by `1`. */
function settable({ number, label, raw }: FirmwareValue): string {
  return number === undefined ? (label ?? raw) : String(number);
}
