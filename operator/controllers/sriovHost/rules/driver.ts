/** Rule: the driver's max_vfs has the declared count for every declared port, and the virtual functions exist. */
import type { AdapterSpec } from '../../../api/types.ts';
import { DRIVER, type ObservedPort } from '../adapters.ts';
import { configuredEntries, normaliseOptions, writeMaxVfs } from '../driverOptions.ts';
import { sameFirmwareValue } from '../firmwareValues.ts';
import type { HostMemory } from '../memory.ts';
import type { DeclaredAdapter } from '../observation.ts';
import { drivenAsItIs } from '../physicalFunctions.ts';
import type { HostStep } from '../steps.ts';
import { usesInfiniBand } from './firmwareTargets.ts';
import type { AdapterWork, PlanInput } from './input.ts';

export interface DriverWork {
  readonly steps: readonly HostStep[];
  readonly pending: readonly string[];
  /** The options that the last restart had were for other functions than the driver got: it says nothing about virtual functions. */
  readonly misplaced?: boolean;
}

export interface AfterRestart {
  /** PCI addresses of the functions that no driver has then; they have no place in max_vfs. */
  readonly passedThrough: ReadonlySet<string>;
  /** Adapters whose stored firmware settings that restart does not bring into effect. */
  readonly asTheyAre: ReadonlySet<string>;
}

export function planDriver(input: PlanInput, adapters: readonly AdapterWork[], { passedThrough, asTheyAre }: AfterRestart): DriverWork {
  const { allAdapters, driverOptions, virtualFunctions } = input.observation;
  if (!allAdapters.known || !driverOptions.known) return { steps: [], pending: [] };
  const foreseen = foreseePorts(input, adapters, asTheyAre);
  const ports = allAdapters.value.flatMap((adapter) => adapter.ports);
  const drivenNext = ports.filter((port) => !passedThrough.has(port.address) && (foreseen.get(port.address)?.driven ?? drivenAsItIs(port)));
  const from = normaliseOptions(driverOptions.value);
  const entries = configuredEntries(from, ports, input.memory.driver);
  const list = drivenNext.map(({ address }) => foreseen.get(address)?.wanted?.vfs ?? entries.get(address) ?? 0);
  const to = writeMaxVfs(from, list);
  const functions = drivenNext.map(({ address }) => address);
  const macAddresses = drivenNext.map(({ macAddress }) => macAddress ?? '');
  const steps: HostStep[] =
    to === from
      ? []
      : [{ kind: 'SetDriverOptions', because: 'driver-options', module: DRIVER, change: { from, to }, functions, macAddresses }];
  const { driver } = input.memory;
  // What the driver got in the last boot is only told by cards that can be read.
  const allRead = adapters.every(({ known, outOfReach }) => known || outOfReach === true);
  const misplaced = allRead && to !== from && driver?.options === from && driver.functions.join() !== functions.join();
  const pending: string[] = [];
  if (virtualFunctions.known) {
    for (const { address } of drivenNext) {
      const port = foreseen.get(address);
      const present = virtualFunctions.value[address]?.present ?? 0;
      if (port?.wanted !== undefined && port.firmwareKnown && present !== port.wanted.vfs) pending.push(port.wanted.item, ...port.waitsFor);
    }
  }
  return { steps, pending, misplaced };
}

/** The tried restarts without those for virtual functions, where these were misplaced. */
export function triedRightly(tried: HostMemory['tried'], { misplaced = false }: Pick<DriverWork, 'misplaced'>): HostMemory['tried'] {
  return misplaced ? Object.fromEntries(Object.entries(tried).filter(([item]) => !item.startsWith('vfs/'))) : tried;
}

/** A port of a declared adapter after the next restart. */
interface ForeseenPort {
  readonly driven: boolean;
  readonly firmwareKnown: boolean;
  /** Undefined for a port that nobody declared, or whose adapter has a problem: its entry stays as it is. */
  readonly wanted: { readonly item: string; readonly vfs: number } | undefined;
  /** What is stored in firmware and has to come into effect before the driver takes the port. */
  readonly waitsFor: readonly string[];
}

function foreseePorts(input: PlanInput, works: readonly AdapterWork[], asTheyAre: ReadonlySet<string>): ReadonlyMap<string, ForeseenPort> {
  const result = new Map<string, ForeseenPort>();
  for (const spec of input.spec.adapters) {
    const work = works.find(({ name }) => name === spec.name);
    const seen = input.observation.adapters.find(({ name }) => name === spec.name);
    if (work === undefined || seen === undefined || !seen.adapter.known) continue;
    for (const port of seen.adapter.value.ports) {
      result.set(port.address, foreseePort(port, { spec, work, seen, asItIs: asTheyAre.has(spec.name) }));
    }
  }
  return result;
}

interface OfAdapter {
  readonly spec: AdapterSpec;
  readonly work: AdapterWork;
  readonly seen: DeclaredAdapter;
  readonly asItIs: boolean;
}

function foreseePort(port: ObservedPort, { spec, work, seen, asItIs }: OfAdapter): ForeseenPort {
  const healthy = work.problem === undefined && work.untouchable === undefined;
  const declared = healthy ? spec.ports.find(({ number }) => number === port.number) : undefined;
  const driven = drivenAsItIs(port);
  return {
    driven: asItIs ? driven : willBeDriven(port, seen, healthy ? spec : undefined),
    firmwareKnown: work.known,
    wanted: declared === undefined ? undefined : { item: vfsItem(spec.name, declared), vfs: declared.vfs },
    waitsFor: driven ? [] : storedLinkType(spec.name, port, seen),
  };
}

/** A link type that waits for a restart; declared or not, without it the port stays what it is. */
function storedLinkType(adapter: string, { number }: ObservedPort, { config }: DeclaredAdapter): readonly string[] {
  const name = `LINK_TYPE_P${number}`;
  const stored = config.known ? config.value.parameters[name] : undefined;
  if (stored?.current === undefined || stored.next.number === undefined || stored.next.number === stored.current.number) return [];
  return [`firmware/${adapter}/${name}=${stored.next.number}`];
}

export function vfsItem(adapter: string, port: { readonly number: number; readonly vfs: number }): string {
  return `vfs/${adapter}/${port.number}=${port.vfs}`;
}

/**
 * ESXi's driver takes functions of the Ethernet subclass only: Ethernet ports, and InfiniBand ports under the override, which
 * counts for the whole card. Without a spec (the adapter has a problem) what is stored in firmware counts.
 */
function willBeDriven(port: ObservedPort, seen: DeclaredAdapter, spec: AdapterSpec | undefined): boolean {
  if (!seen.config.known) return drivenAsItIs(port);
  const { parameters } = seen.config.value;
  const declared = spec?.ports.find(({ number }) => number === port.number)?.linkType;
  const stored = parameters[`LINK_TYPE_P${port.number}`]?.next;
  const infiniband =
    declared === undefined || stored === undefined ? stored !== undefined && sameFirmwareValue('1', stored) : declared === 'InfiniBand';
  if (!infiniband) return true;
  const override = parameters['FORCE_ETH_PCI_SUBCLASS'];
  return (
    override !== undefined && (sameFirmwareValue('1', override.next) || (spec !== undefined && usesInfiniBand(spec, seen.config.value)))
  );
}
