/** The machine in status, as its BMC names it. Pure. */
import type { SriovHost, SriovHostStatus } from '../../../api/types.ts';
import type { HostObservation } from '../observation.ts';

/** Kept while the BMC does not answer; a field that a BMC leaves empty is left out. */
export function hardwareStatus(host: SriovHost, { bmc }: Pick<HostObservation, 'bmc'>): Pick<SriovHostStatus, 'hardware'> {
  if (bmc === undefined) return {};
  if (!bmc.known) return host.status?.hardware === undefined ? {} : { hardware: host.status.hardware };
  const { manufacturer, model, serialNumber } = bmc.value;
  const named = Object.entries({ manufacturer, model, serialNumber }).filter(([, value]) => value.trim() !== '');
  return named.length === 0 ? {} : { hardware: Object.fromEntries(named) };
}
