/** BIOS attributes as the BMC tells them, and what seals the configuration of the host where they are about to change. Reads only. */
import type { SriovHostSpec } from '../../../api/types.ts';
import type { Bmc } from '../../../ports/bmc.ts';
import type { EsxiHost } from '../../../ports/esxiHost.ts';
import type { Fact } from '../../fact.ts';
import { differingAttributes } from '../biosAttributes.ts';
import type { HostObservation, ObservedBios } from '../observation.ts';
import { attempt } from '../observe.ts';

interface BiosReading {
  readonly spec: SriovHostSpec;
  readonly host: EsxiHost;
  readonly bmc: Fact<Bmc> | undefined;
  /** What `bmc.system` gave: a BMC that does not answer is not asked twice. */
  readonly system: HostObservation['bmc'];
  readonly virtualFunctions: HostObservation['virtualFunctions'];
}

/** Asks only where attributes are declared, or where no virtual function came and the BIOS may be why. */
export async function observeBios(reading: BiosReading, signal: AbortSignal): Promise<Pick<HostObservation, 'bios' | 'encryption'>> {
  const { spec, bmc, system } = reading;
  const declared = spec.bmc?.biosAttributes ?? {};
  if (bmc === undefined || (Object.keys(declared).length === 0 && !lacksVirtualFunctions(reading)))
    return { bios: undefined, encryption: undefined };
  if (!bmc.known) return { bios: bmc, encryption: undefined };
  if (system?.known === false) return { bios: system, encryption: undefined };
  const bios = await attempt(() => readBios(bmc.value, declared, signal));
  const changes = bios.known && differingAttributes(declared, bios.value.current ?? {}).length > 0;
  const asks = changes && spec.bmc?.recoveryKeyEscrowed !== true;
  return { bios, encryption: asks ? await attempt(() => reading.host.encryptionMode(signal)) : undefined };
}

function lacksVirtualFunctions({ spec, virtualFunctions }: BiosReading): boolean {
  const wanted = spec.adapters.some(({ ports }) => ports.some(({ vfs }) => vfs > 0));
  return wanted && virtualFunctions.known && Object.values(virtualFunctions.value).every(({ present }) => present === 0);
}

async function readBios(bmc: Bmc, declared: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ObservedBios> {
  const current = await bmc.biosAttributes(signal);
  const differs = current !== undefined && differingAttributes(declared, current).length > 0;
  return { current, staged: differs ? await bmc.pendingBiosAttributes(signal) : {} };
}
