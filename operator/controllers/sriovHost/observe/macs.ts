/** MAC addresses of ports without an uplink: an InfiniBand port that ESXi's driver does not take shows its address only in firmware. */
import type { EsxiHost, MstDevice } from '../../../ports/esxiHost.ts';
import { type Fact, known } from '../../fact.ts';
import type { ObservedAdapter } from '../adapters.ts';
import { attempt } from '../observe.ts';

/** Reads the firmware of exactly those adapters of which no port has an uplink; what cannot be read stays without an address. */
export async function addBurnedMacs(
  host: EsxiHost,
  adapters: Fact<readonly ObservedAdapter[]>,
  mstDevices: Fact<readonly MstDevice[]>,
  signal: AbortSignal,
): Promise<Fact<readonly ObservedAdapter[]>> {
  if (!adapters.known || !mstDevices.known) return adapters;
  const result: ObservedAdapter[] = [];
  for (const adapter of adapters.value) {
    const device = mstDevices.value.find(({ pciAddress }) => adapter.ports.some(({ address }) => address === pciAddress));
    const silent = adapter.ports.every(({ macAddress }) => macAddress === undefined);
    const firmware = silent && device !== undefined ? await attempt(() => host.firmwareVersions(device.name, signal)) : undefined;
    const base = firmware?.known === true ? firmware.value.baseMac : undefined;
    result.push(base === undefined ? adapter : withMacs(adapter, base));
  }
  return known(result);
}

/** Port N has the burned base address plus N - 1. */
function withMacs(adapter: ObservedAdapter, base: string): ObservedAdapter {
  const first = Number.parseInt(base.replaceAll(/[^0-9a-fA-F]/g, ''), 16);
  const macOf = (number: number): string => ((first + number - 1).toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
  return { ...adapter, ports: adapter.ports.map((port) => ({ ...port, macAddress: macOf(port.number) })) };
}
