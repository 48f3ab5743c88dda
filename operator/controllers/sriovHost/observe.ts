/** One look at a host: reads only. A fact that cannot be read is unknown with its reason; it never stops the others. */
import { HOST_REASON_OF_ERROR } from '../../api/reasons/portErrorReasons.ts';
import type { SriovHostSpec } from '../../api/types.ts';
import type { Bmc } from '../../ports/bmc.ts';
import { isPortError } from '../../ports/errors.ts';
import type { EsxiHost, MstDevice, Nic, PciFunction } from '../../ports/esxiHost.ts';
import { type Fact, known, unknown } from '../fact.ts';
import { DRIVER, groupAdapters, type ObservedAdapter } from './adapters.ts';
import type { HostBasics, HostObservation, VirtualFunctionCount } from './observation.ts';
import { observeAdapter } from './observe/adapter.ts';
import { observeBios } from './observe/bios.ts';
import { besideBurn, observeBurn } from './observe/burn.ts';
import { addBurnedMacs } from './observe/macs.ts';
import { type PassthroughRecord, remembered } from './physicalFunctions.ts';
import { compareVersions } from './versions.ts';

export interface HostPorts {
  /** Unknown while the host cannot be reached or its Secret cannot be read. */
  readonly host: Fact<EsxiHost>;
  /** Undefined when spec.bmc is not set. */
  readonly bmc: Fact<Bmc> | undefined;
  readonly now: () => Date;
  /** Functions that were passed through, with the names that they had before. */
  readonly passedThrough?: readonly PassthroughRecord[];
}

export async function observeHost(ports: HostPorts, spec: SriovHostSpec, signal: AbortSignal): Promise<HostObservation> {
  const bmc = ports.bmc === undefined ? undefined : await observeBmc(ports.bmc, signal);
  if (!ports.host.known) return nothingSeen(ports.host, bmc);
  const host = ports.host.value;
  const basics = await attempt(() => observeBasics(host, ports.now, signal));
  if (!basics.known) return nothingSeen(basics, bmc);
  const vibs = await attempt(() => host.vibs(signal));
  const missing =
    vibs.known &&
    spec.software.some(
      ({ name, minVersion }) => !vibs.value.some((vib) => vib.name === name && compareVersions(vib.version, minVersion) >= 0),
    );
  const staged = spec.software.length === 0 ? vibs : await attempt(() => host.stagedVibs(signal));
  // Nothing is missing: that what waits for a restart cannot be read is no obstacle then.
  const stagedVibs = missing || staged.known ? staged : vibs;
  const functions = await attempt(() => host.pciFunctions(signal));
  const nics = await attempt(() => host.nics(signal));
  const driverOptions = await attempt(async () => (await host.moduleOptions(DRIVER, signal)).options);
  const burn = await observeBurn(host, basics.value, signal);
  // Two tools of MFT at a time disturb each other (MFT's known issue 3500568).
  const mstDevices = burn === undefined ? await attempt(() => host.mstDevices(signal)) : besideBurn(burn);
  const burned = await addBurnedMacs(host, combine(functions, nics, groupAdapters), mstDevices, signal);
  const allAdapters = burned.known ? known(withMemory(burned.value, ports.passedThrough ?? [])) : burned;
  const adapters = [];
  for (const adapter of spec.adapters) {
    adapters.push(await observeAdapter(host, adapter, { allAdapters, functions, mstDevices }, signal));
  }
  const virtualFunctions = await observeVirtualFunctions(host, allAdapters, signal);
  return {
    host: basics,
    vibs,
    stagedVibs,
    functions,
    allAdapters,
    driverOptions,
    mstDevices,
    ...(burn === undefined ? {} : { burn }),
    adapters,
    virtualFunctions,
    runningVms: await attempt(() => host.runningVms(signal)),
    bmc,
    ...(await observeBios({ spec, host, bmc: ports.bmc, system: bmc, virtualFunctions }, signal)),
  };
}

/** Runs a read; a PortError becomes an unknown fact, anything else (and an abort) is a defect or the end and goes up. */
export async function attempt<T>(read: () => Promise<T>): Promise<Fact<T>> {
  try {
    return known(await read());
  } catch (error) {
    if (!isPortError(error) || error.code === 'Aborted') throw error;
    return unknown(HOST_REASON_OF_ERROR[error.code], error.message);
  }
}

async function observeBasics(host: EsxiHost, now: () => Date, signal: AbortSignal): Promise<HostBasics> {
  const version = await host.version(signal);
  const uptimeMs = (await host.uptimeMicroseconds(signal)) / 1000;
  const bootTime = new Date(now().getTime() - uptimeMs);
  const maintenanceMode = await host.maintenanceMode(signal);
  return { version, uptimeMs, bootTime, maintenanceMode, hostKeyFingerprint: host.hostKeyFingerprint };
}

async function observeBmc(bmc: Fact<Bmc>, signal: AbortSignal): Promise<HostObservation['bmc']> {
  return bmc.known ? await attempt(() => bmc.value.system(signal)) : bmc;
}

async function observeVirtualFunctions(
  host: EsxiHost,
  adapters: Fact<readonly ObservedAdapter[]>,
  signal: AbortSignal,
): Promise<HostObservation['virtualFunctions']> {
  if (!adapters.known) return adapters;
  return await attempt(async () => {
    const active = new Set(await host.sriovNics(signal));
    const counts: Record<string, VirtualFunctionCount> = {};
    for (const port of adapters.value.flatMap((adapter) => adapter.ports)) {
      if (port.vmnic === undefined || !active.has(port.vmnic)) continue;
      const list = await host.virtualFunctions(port.vmnic, signal);
      counts[port.address] = { present: list.length, inUse: list.filter((vf) => vf.active).length };
    }
    return counts;
  });
}

function combine(
  functions: Fact<readonly PciFunction[]>,
  nics: Fact<readonly Nic[]>,
  make: (functions: readonly PciFunction[], nics: readonly Nic[]) => readonly ObservedAdapter[],
): Fact<readonly ObservedAdapter[]> {
  if (!functions.known) return functions;
  if (!nics.known) return nics;
  return known(make(functions.value, nics.value));
}

function withMemory(adapters: readonly ObservedAdapter[], records: readonly PassthroughRecord[]): readonly ObservedAdapter[] {
  return adapters.map((adapter) => ({ ...adapter, ports: adapter.ports.map((port) => remembered(port, records)) }));
}

function nothingSeen(why: Extract<Fact<never>, { known: false }>, bmc: HostObservation['bmc']): HostObservation {
  return {
    host: why,
    vibs: why,
    stagedVibs: why,
    functions: why,
    allAdapters: why,
    driverOptions: why,
    mstDevices: why as Fact<readonly MstDevice[]>,
    adapters: [],
    virtualFunctions: why,
    runningVms: why,
    bmc,
  };
}
