/** Rule: the driver's max_vfs has the declared count for every declared port, and the virtual functions exist. */
import type { SriovHostSpec } from '../../../api/types.ts';
import { DRIVER, type ObservedPort } from '../adapters.ts';
import { readMaxVfs, writeMaxVfs } from '../driverOptions.ts';
import type { DeclaredAdapter } from '../observation.ts';
import type { HostStep } from '../steps.ts';
import type { AdapterWork, PlanInput } from './input.ts';

export interface DriverWork {
  readonly steps: readonly HostStep[];
  readonly pending: readonly string[];
}

export function planDriver(input: PlanInput, adapters: readonly AdapterWork[]): DriverWork {
  const { allAdapters, driverOptions, virtualFunctions } = input.observation;
  if (!allAdapters.known || !driverOptions.known) return { steps: [], pending: [] };
  const usable = declaredPorts(input, adapters);
  const ports = allAdapters.value.flatMap((adapter) => adapter.ports);
  const drivenNow = ports.filter((port) => port.driven);
  const drivenNext = ports.filter((port) => port.driven || usable.get(port.address)?.willBeDriven === true);
  const current = readMaxVfs(driverOptions.value);
  const list = drivenNext.map((port) => usable.get(port.address)?.vfs ?? current[drivenNow.indexOf(port)] ?? 0);
  const to = writeMaxVfs(driverOptions.value, list);
  const from = driverOptions.value.trim().split(/\s+/).join(' ');
  const steps: HostStep[] =
    to === from ? [] : [{ kind: 'SetDriverOptions', because: 'driver-options', module: DRIVER, change: { from, to } }];
  const pending: string[] = [];
  if (virtualFunctions.known) {
    for (const { address } of drivenNext) {
      const port = usable.get(address);
      const present = virtualFunctions.value[address]?.present ?? 0;
      if (port?.firmwareKnown === true && present !== port.vfs) pending.push(port.item);
    }
  }
  return { steps, pending };
}

interface DeclaredPort {
  readonly item: string;
  readonly address: string;
  readonly vfs: number;
  readonly willBeDriven: boolean;
  readonly firmwareKnown: boolean;
}

/** Ports that may be given virtual functions, by PCI address: those of adapters without a problem. Others keep their entries. */
function declaredPorts(input: PlanInput, works: readonly AdapterWork[]): ReadonlyMap<string, DeclaredPort> {
  const result = new Map<string, DeclaredPort>();
  for (const spec of input.spec.adapters) {
    const work = works.find(({ name }) => name === spec.name);
    const seen = input.observation.adapters.find(({ name }) => name === spec.name);
    if (work === undefined || work.problem !== undefined || seen === undefined || !seen.adapter.known) continue;
    for (const wanted of spec.ports) {
      const port = seen.adapter.value.ports.find(({ number }) => number === wanted.number);
      if (port === undefined) continue;
      result.set(port.address, {
        item: vfsItem(spec.name, wanted),
        address: port.address,
        vfs: wanted.vfs,
        willBeDriven: work.known && willBeDriven(port, wanted, seen),
        firmwareKnown: work.known,
      });
    }
  }
  return result;
}

export function vfsItem(adapter: string, port: { readonly number: number; readonly vfs: number }): string {
  return `vfs/${adapter}/${port.number}=${port.vfs}`;
}

/** A port that ESXi's driver does not have yet gets it with the next start: it turns Ethernet, or InfiniBand under the subclass override. */
function willBeDriven(port: ObservedPort, wanted: SriovHostSpec['adapters'][number]['ports'][number], seen: DeclaredAdapter): boolean {
  if (port.driven || !seen.config.known) return port.driven;
  if (wanted.linkType === 'Ethernet') return true;
  const { parameters } = seen.config.value;
  return wanted.linkType === 'InfiniBand' && parameters['FORCE_ETH_PCI_SUBCLASS'] !== undefined;
}
