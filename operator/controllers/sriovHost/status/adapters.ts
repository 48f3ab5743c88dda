/** One declared adapter in status, layer by layer. Pure. */
import type { AdapterSpec, AdapterStatus } from '../../../api/types.ts';
import type { ObservedPort } from '../adapters.ts';
import { configuredEntries } from '../driverOptions.ts';
import { guidOfMac } from '../guid.ts';
import { identityOf } from '../identity.ts';
import type { HostMemory } from '../memory.ts';
import type { DeclaredAdapter, HostObservation } from '../observation.ts';
import type { ReportInput } from '../status.ts';

export function adapterStatus(spec: AdapterSpec, input: ReportInput): AdapterStatus {
  const { observation, plan, host } = input;
  const seen = observation.adapters.find(({ name }) => name === spec.name);
  const work = plan.adapters.find(({ name }) => name === spec.name);
  const before = host.status?.adapters?.find(({ name }) => name === spec.name);
  const problem = work === undefined ? before?.problem : work.problem;
  const trouble = problem === undefined ? {} : { problem: { reason: problem.reason, message: problem.message } };
  const identity = identityOf(spec, seen, input.memory.identities[spec.name]) ?? {};
  if (seen === undefined || !seen.adapter.known) return { name: spec.name, ...identity, ...trouble };
  const unsupported = work?.unsupported ?? [];
  return {
    name: spec.name,
    device: seen.adapter.value.deviceName,
    ...(seen.mstDevice.known ? { mstDevice: seen.mstDevice.value } : {}),
    ...identity,
    ...(seen.firmware.known
      ? { psid: seen.firmware.value.psid, firmware: { running: seen.firmware.value.running, flashed: seen.firmware.value.flashed } }
      : {}),
    ...(unsupported.length === 0 ? {} : { unsupportedParameters: [...unsupported] }),
    ...reportedParameters(seen),
    ports: seen.adapter.value.ports.map((port) => portStatus(port, seen, spec, input)),
    ...trouble,
  };
}

function portStatus(
  port: ObservedPort,
  seen: DeclaredAdapter,
  spec: AdapterSpec,
  { observation, memory }: ReportInput,
): NonNullable<AdapterStatus['ports']>[number] {
  const desired = spec.ports.find(({ number }) => number === port.number)?.vfs;
  const linkType = currentLinkType(seen, port);
  const guid = linkType === 'InfiniBand' && port.macAddress !== undefined ? guidOfMac(port.macAddress) : undefined;
  const count = observation.virtualFunctions.known
    ? (observation.virtualFunctions.value[port.address] ?? { present: 0, inUse: 0 })
    : undefined;
  const firmware = firmwareVfs(seen);
  const configured = configuredVfs(port, observation, memory);
  return {
    number: port.number,
    pciAddress: port.address,
    ...(port.vmnic === undefined ? {} : { vmnic: port.vmnic }),
    ...(port.macAddress === undefined ? {} : { macAddress: port.macAddress }),
    ...(guid === undefined ? {} : { guid }),
    ...(linkType === undefined ? {} : { linkType }),
    ...(port.linkUp === undefined ? {} : { linkUp: port.linkUp }),
    vfs: {
      ...(desired === undefined ? {} : { desired }),
      ...(firmware === undefined ? {} : { firmware }),
      ...(configured === undefined ? {} : { configured }),
      ...(count === undefined ? {} : { present: count.present, inUse: count.inUse }),
    },
  };
}

/** Read for diagnosis, as the tool prints it; what the card does not have is left out. */
const REPORTED = ['FPP_EN', 'NUM_OF_PF', 'NUM_VF_MSIX', 'PF_NUM_OF_VF_VALID', 'ADVANCED_PCI_SETTINGS', 'FORCE_ETH_PCI_SUBCLASS'] as const;

function reportedParameters({ config }: DeclaredAdapter): Pick<AdapterStatus, 'reported'> {
  if (!config.known) return {};
  const found = REPORTED.flatMap((name) => {
    const value = config.value.parameters[name]?.current;
    return value === undefined ? [] : [[name, value.raw] as const];
  });
  return found.length === 0 ? {} : { reported: Object.fromEntries(found) };
}

/** A card without LINK_TYPE parameters is Ethernet only. */
function currentLinkType(seen: DeclaredAdapter, port: ObservedPort): 'Ethernet' | 'InfiniBand' | undefined {
  if (!seen.config.known) return undefined;
  const value = seen.config.value.parameters[`LINK_TYPE_P${port.number}`];
  if (value === undefined) return 'Ethernet';
  const current = value.current ?? value.next;
  return current.number === 1 || current.label?.toUpperCase() === 'IB' ? 'InfiniBand' : current.number === 2 ? 'Ethernet' : undefined;
}

function firmwareVfs(seen: DeclaredAdapter): number | undefined {
  if (!seen.config.known) return undefined;
  const { SRIOV_EN: enabled, NUM_OF_VFS: count } = seen.config.value.parameters;
  if (enabled?.current === undefined || count?.current === undefined) return undefined;
  return enabled.current.number === 1 || enabled.current.label === 'True' ? count.current.number : 0;
}

function configuredVfs(port: ObservedPort, { allAdapters, driverOptions }: HostObservation, memory: HostMemory): number | undefined {
  if (!allAdapters.known || !driverOptions.known) return undefined;
  const ports = allAdapters.value.flatMap((adapter) => adapter.ports);
  return configuredEntries(driverOptions.value, ports, memory.driver).get(port.address);
}
