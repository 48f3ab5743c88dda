/** What the operator last saw of a host, put together again from its status, so that the planner can be asked "what if". Pure. */
import type { AdapterSpec, AdapterStatus, SriovHost } from '../../api/types.ts';
import { known, unknown } from '../../controllers/fact.ts';
import type { ObservedAdapter, ObservedPort } from '../../controllers/sriovHost/adapters.ts';
import type { DeclaredAdapter, HostObservation } from '../../controllers/sriovHost/observation.ts';
import type { FirmwareParameter, FirmwareValue, Vib } from '../../ports/esxiHost.ts';

const NOT_IN_STATUS = unknown('ToolMissing', 'the status does not tell; the operator has not read the firmware of this adapter yet');

/**
 * Only right for a host that is as declared: what the status leaves out (BIOS attributes, further firmware parameters) is then as the spec
 * says. Adapters that nobody declared are known by their entries in the driver options alone.
 */
export function observationOfStatus(host: SriovHost, runningVms: readonly string[], now: Date): HostObservation {
  const { spec, status } = host;
  const { esxi } = status ?? {};
  const bootTime = new Date(esxi?.bootTime ?? now);
  const declared = spec.adapters.map((adapter) =>
    declaredAdapter(
      adapter,
      status?.adapters?.find(({ name }) => name === adapter.name),
    ),
  );
  const adapters = declared.flatMap(({ adapter }) => (adapter.known ? [adapter.value] : []));
  return {
    host: known({
      version: { product: 'VMware ESXi', version: esxi?.version ?? '', build: esxi?.build ?? '' },
      bootTime,
      uptimeMs: Math.max(0, now.getTime() - bootTime.getTime()),
      maintenanceMode: esxi?.maintenanceMode ?? false,
      hostKeyFingerprint: esxi?.hostKeyFingerprint ?? '',
    }),
    vibs: known(vibsOf(host, ({ running }) => running)),
    stagedVibs: known(vibsOf(host, ({ running, staged }) => staged ?? running)),
    functions: known([]),
    allAdapters: known([...adapters, ...undeclared(host, adapters)]),
    driverOptions: known(status?.driver?.options ?? optionsOf(host)),
    mstDevices: known(
      (status?.adapters ?? []).flatMap(({ mstDevice, ports }) =>
        mstDevice === undefined ? [] : [{ name: mstDevice, pciAddress: ports?.[0]?.pciAddress, vmnic: undefined, deviceType: undefined }],
      ),
    ),
    adapters: declared,
    virtualFunctions: known(countsOf(host)),
    runningVms: known(runningVms.map((name) => ({ name, worldId: '', configFile: '' }))),
    bmc: spec.bmc === undefined ? undefined : known({ powerState: 'On', manufacturer: '', model: '', serialNumber: '', resetTypes: [] }),
    bios: known({ current: spec.bmc?.biosAttributes ?? {}, staged: {} }),
  };
}

type VibStatus = NonNullable<NonNullable<SriovHost['status']>['software']>[number];

function vibsOf({ status }: SriovHost, pick: (vib: VibStatus) => string | undefined): readonly Vib[] {
  return (status?.software ?? []).flatMap((vib) => {
    const version = pick(vib);
    return version === undefined ? [] : [{ name: vib.name, version, vendor: '', acceptanceLevel: '' }];
  });
}

function declaredAdapter(spec: AdapterSpec, seen: AdapterStatus | undefined): DeclaredAdapter {
  const ports = (seen?.ports ?? []).map(observedPort);
  const { name } = spec;
  const [first] = ports;
  if (seen === undefined || first === undefined) {
    return {
      name,
      adapter: NOT_IN_STATUS,
      mstDevice: NOT_IN_STATUS,
      config: NOT_IN_STATUS,
      firmware: NOT_IN_STATUS,
      image: undefined,
      staged: undefined,
    };
  }
  const { device = '', mstDevice, firmware, psid = '' } = seen;
  return {
    name,
    adapter: known({ slot: first.address.slice(0, -2), deviceId: 0, deviceName: device, ports }),
    mstDevice: mstDevice === undefined ? NOT_IN_STATUS : known(mstDevice),
    config:
      mstDevice === undefined || !firmwareIsRead(seen)
        ? NOT_IN_STATUS
        : known({ device: mstDevice, deviceType: device, description: '', parameters: parametersOf(spec, seen), currentReadable: true }),
    firmware: firmware === undefined ? NOT_IN_STATUS : known({ ...firmware, psid, baseMac: seen.macAddress, baseGuid: undefined }),
    image: undefined,
    staged: undefined,
  };
}

type PortStatus = NonNullable<AdapterStatus['ports']>[number];

function firmwareIsRead({ ports }: AdapterStatus): boolean {
  return ports?.some(({ vfs }) => vfs.firmware !== undefined) === true;
}

function observedPort({ number, pciAddress, vmnic, macAddress, linkUp }: PortStatus): ObservedPort {
  return { number, address: pciAddress, vmnic, macAddress, linkUp, driven: true };
}

function parametersOf(
  spec: AdapterSpec,
  { ports, reported, unsupportedParameters }: AdapterStatus,
): Readonly<Record<string, FirmwareParameter>> {
  const count = ports?.find(({ vfs }) => vfs.firmware !== undefined)?.vfs.firmware ?? 0;
  const links = (ports ?? []).flatMap(({ number, linkType }) =>
    linkType === undefined ? [] : [[`LINK_TYPE_P${number}`, linkType === 'InfiniBand' ? 'IB(1)' : 'ETH(2)'] as const],
  );
  const values = Object.fromEntries([
    ...Object.entries(spec.parameters ?? {}).filter(([name]) => unsupportedParameters?.includes(name) !== true),
    ...Object.entries(reported ?? {}),
    ...links,
    ['SRIOV_EN', count > 0 ? 'True(1)' : 'False(0)'],
    ['NUM_OF_VFS', String(count)],
  ]);
  return Object.fromEntries(Object.entries(values).map(([name, raw]) => [name, parameter(name, raw)]));
}

function parameter(name: string, raw: string): FirmwareParameter {
  const value = readValue(raw);
  return { name, default: undefined, current: value, next: value, readOnly: false };
}

/** `True(1)`, `16`, `ETH`. */
function readValue(raw: string): FirmwareValue {
  const [, label, code] = /^(.*)\((\d+)\)$/.exec(raw) ?? [];
  const number = Number(code ?? raw);
  return { raw, label, number: Number.isFinite(number) ? number : undefined };
}

/** Functions that have an entry in max_vfs and belong to no declared adapter. */
function undeclared({ status }: SriovHost, adapters: readonly ObservedAdapter[]): readonly ObservedAdapter[] {
  const own = new Set(adapters.flatMap(({ ports }) => ports.map(({ address }) => address)));
  const { functions = [], macAddresses = [] } = status?.driver ?? {};
  const others = functions
    .map((address, index) => ({ address, macAddress: macAddresses[index] }))
    .filter(({ address }) => !own.has(address));
  return others.map(({ address, macAddress }) => ({
    slot: address.slice(0, -2),
    deviceId: 0,
    deviceName: '',
    ports: [
      { number: 1, address, vmnic: undefined, macAddress: macAddress === '' ? undefined : macAddress, linkUp: undefined, driven: true },
    ],
  }));
}

/** Where the operator never wrote the options, the entries of its own ports are all that is known. */
function optionsOf({ status }: SriovHost): string {
  const ports = (status?.adapters ?? []).flatMap((adapter) => adapter.ports ?? []);
  const entries = [...ports].sort((a, b) => (a.pciAddress < b.pciAddress ? -1 : 1)).map(({ vfs }) => vfs.configured ?? 0);
  return entries.every((entry) => entry === 0) ? '' : `max_vfs=${entries.join(',')}`;
}

function countsOf({ status }: SriovHost): Readonly<Record<string, { readonly present: number; readonly inUse: number }>> {
  const ports = (status?.adapters ?? []).flatMap((adapter) => adapter.ports ?? []);
  return Object.fromEntries(ports.map(({ pciAddress, vfs }) => [pciAddress, { present: vfs.present ?? 0, inUse: vfs.inUse ?? 0 }]));
}
