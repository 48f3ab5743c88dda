/** One declared adapter, as its firmware tools show it. Reads only. */
import type { AdapterSpec } from '../../../api/types.ts';
import type { EsxiHost, MstDevice, PciFunction } from '../../../ports/esxiHost.ts';
import { type Fact, known, unknown } from '../../fact.ts';
import { type ObservedAdapter, selectAdapter } from '../adapters.ts';
import type { DeclaredAdapter } from '../observation.ts';
import { attempt } from '../observe.ts';
import { observeImage } from './image.ts';

export interface SeenHardware {
  readonly allAdapters: Fact<readonly ObservedAdapter[]>;
  readonly functions: Fact<readonly PciFunction[]>;
  readonly mstDevices: Fact<readonly MstDevice[]>;
}

export async function observeAdapter(host: EsxiHost, spec: AdapterSpec, seen: SeenHardware, signal: AbortSignal): Promise<DeclaredAdapter> {
  const { allAdapters, functions } = seen;
  const adapter =
    allAdapters.known && functions.known ? selectAdapter(spec, allAdapters.value, functions.value) : firstUnknown(allAdapters, functions);
  const mstDevice = adapter.known ? findMstDevice(adapter.value, seen) : adapter;
  const config = mstDevice.known ? await attempt(() => host.firmwareConfig(mstDevice.value, signal)) : mstDevice;
  const firmware = mstDevice.known ? await attempt(() => host.firmwareVersions(mstDevice.value, signal)) : mstDevice;
  return { name: spec.name, adapter, mstDevice, config, firmware, ...(await observeImage(host, spec, firmware, signal)) };
}

function firstUnknown(...facts: readonly Fact<unknown>[]): Fact<never> {
  for (const fact of facts) if (!fact.known) return fact;
  return unknown('InternalError', 'hardware is known but was not used');
}

/**
 * The name for `-d` is exactly what `mst status` printed. It is matched by PCI address; where this MFT prints none, by device id
 * (`mt4119_pciconf0` is PCI device 4119), which only decides when there is one adapter of that id.
 */
function findMstDevice(adapter: ObservedAdapter, seen: SeenHardware): Fact<string> {
  const { mstDevices, allAdapters } = seen;
  if (!mstDevices.known) return mstDevices;
  if (mstDevices.value.length === 0) return unknown('ToolMissing', 'the mst kernel module is not loaded yet');
  const byAddress = mstDevices.value.find(({ pciAddress }) => adapter.ports.some(({ address }) => address === pciAddress));
  if (byAddress !== undefined) return known(byAddress.name);
  const prefix = `mt${adapter.deviceId}_pciconf`;
  const byId = mstDevices.value.filter(
    ({ name, pciAddress }) => pciAddress === undefined && name.split('/').at(-1)?.startsWith(prefix) && !name.includes('.'),
  );
  const twins = allAdapters.known ? allAdapters.value.filter(({ deviceId }) => deviceId === adapter.deviceId) : [];
  const [only] = byId;
  if (only !== undefined && byId.length === 1 && twins.length === 1) return known(only.name);
  return unknown(
    'OutputNotUnderstood',
    `mst status shows no device for the adapter at ${adapter.slot}; run '/opt/mellanox/bin/mst status -vv' on the host and compare`,
  );
}
