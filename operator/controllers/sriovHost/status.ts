/** What the object says about all this: conditions, plan, facts. Pure; the only place that sets conditions of a SriovHost. */
import { mergeConditions, rfc3339 } from '../../api/conditions.ts';
import type { AdapterSpec, AdapterStatus, SriovHost, SriovHostStatus } from '../../api/types.ts';
import type { Failure } from './act.ts';
import type { ObservedPort } from './adapters.ts';
import { readMaxVfs } from './driverOptions.ts';
import { type HostMemory, writeMemory } from './memory.ts';
import type { DeclaredAdapter, HostObservation } from './observation.ts';
import type { HostPlan } from './plan.ts';
import { hostConditions, progressLine } from './statusConditions.ts';
import { expectedToPlanStep, toPlanStep } from './steps.ts';

export interface ReportInput {
  readonly host: SriovHost;
  readonly observation: HostObservation;
  readonly plan: HostPlan;
  readonly memory: HostMemory;
  readonly failure: Failure | undefined;
  readonly now: Date;
}

export function reportHost(input: ReportInput): SriovHostStatus {
  const { host, plan, memory, now } = input;
  const { generation } = host.metadata;
  const adapters = input.observation.host.known
    ? host.spec.adapters.map((spec) => adapterStatus(spec, input))
    : (host.status?.adapters ?? []);
  const ports = adapters.flatMap((adapter) => adapter.ports ?? []);
  const total = (pick: (port: (typeof ports)[number]) => number | undefined): number =>
    ports.reduce((sum, port) => sum + (pick(port) ?? 0), 0);
  return {
    observedGeneration: generation,
    conditions: mergeConditions(host.status?.conditions, hostConditions(input), generation, now),
    progress: progressLine(input),
    ...planStatus(plan, input.observation),
    ...esxiStatus(input),
    ...softwareStatus(input),
    adapters,
    vfs: {
      desired: host.spec.adapters.flatMap((adapter) => adapter.ports).reduce((sum, port) => sum + port.vfs, 0),
      present: total((port) => port.vfs.present),
    },
    ...writeMemory(memory),
  };
}

function planStatus(plan: HostPlan, observation: HostObservation): Pick<SriovHostStatus, 'plan'> {
  const steps = [...plan.steps.map(toPlanStep), ...plan.expected.map(expectedToPlanStep)];
  if (steps.length === 0) return {};
  const vms = observation.runningVms.known ? observation.runningVms.value.map(({ name }) => name).sort() : [];
  const affected = plan.restarts > 0 && vms.length > 0 ? { affectedVms: vms } : {};
  return { plan: { hash: plan.hash, steps, restarts: plan.restarts, ...affected } };
}

function esxiStatus({ host, observation, memory }: ReportInput): Pick<SriovHostStatus, 'esxi'> {
  if (!observation.host.known) return host.status?.esxi === undefined ? {} : { esxi: host.status.esxi };
  const { version, bootTime, maintenanceMode, hostKeyFingerprint } = observation.host.value;
  const pinned = host.spec.esxi.trustOnFirstUse === true ? (memory.hostKeyFingerprint ?? hostKeyFingerprint) : hostKeyFingerprint;
  return {
    esxi: {
      version: version.version,
      build: version.build,
      bootTime: steadyBootTime(host.status?.esxi?.bootTime, bootTime),
      hostKeyFingerprint: pinned,
      maintenanceMode,
    },
  };
}

/** The boot time is now minus uptime and wobbles by a second or two; a status that changes on every look would never be at rest. */
function steadyBootTime(previous: string | undefined, seen: Date): string {
  if (previous !== undefined && Math.abs(new Date(previous).getTime() - seen.getTime()) < 5000) return previous;
  return rfc3339(seen);
}

function softwareStatus({ host, observation }: ReportInput): Pick<SriovHostStatus, 'software'> {
  if (!observation.vibs.known) return host.status?.software === undefined ? {} : { software: host.status.software };
  const { vibs, stagedVibs } = observation;
  const software = host.spec.software.map(({ name }) => {
    const running = vibs.value.find((vib) => vib.name === name)?.version;
    const staged = stagedVibs.known ? stagedVibs.value.find((vib) => vib.name === name)?.version : undefined;
    return { name, ...(running === undefined ? {} : { running }), ...(staged === undefined || staged === running ? {} : { staged }) };
  });
  return { software };
}

function adapterStatus(spec: AdapterSpec, { observation, plan, host }: ReportInput): AdapterStatus {
  const seen = observation.adapters.find(({ name }) => name === spec.name);
  const work = plan.adapters.find(({ name }) => name === spec.name);
  const before = host.status?.adapters?.find(({ name }) => name === spec.name);
  const problem = work === undefined ? before?.problem : work.problem;
  const trouble = problem === undefined ? {} : { problem: { reason: problem.reason, message: problem.message } };
  if (seen === undefined || !seen.adapter.known) return { name: spec.name, ...trouble };
  const unsupported = work?.unsupported ?? [];
  const macAddress = seen.adapter.value.ports[0]?.macAddress;
  return {
    name: spec.name,
    device: seen.adapter.value.deviceName,
    ...(seen.mstDevice.known ? { mstDevice: seen.mstDevice.value } : {}),
    ...(macAddress === undefined ? {} : { macAddress }),
    ...(seen.firmware.known
      ? { psid: seen.firmware.value.psid, firmware: { running: seen.firmware.value.running, flashed: seen.firmware.value.flashed } }
      : {}),
    ...(unsupported.length === 0 ? {} : { unsupportedParameters: [...unsupported] }),
    ports: seen.adapter.value.ports.map((port) => portStatus(spec, seen, port, observation)),
    ...trouble,
  };
}

function portStatus(
  spec: AdapterSpec,
  seen: DeclaredAdapter,
  port: ObservedPort,
  observation: HostObservation,
): NonNullable<AdapterStatus['ports']>[number] {
  const desired = spec.ports.find(({ number }) => number === port.number)?.vfs;
  const linkType = currentLinkType(seen, port);
  const count = observation.virtualFunctions.known
    ? (observation.virtualFunctions.value[port.address] ?? { present: 0, inUse: 0 })
    : undefined;
  const firmware = firmwareVfs(seen);
  const configured = configuredVfs(port, observation);
  return {
    number: port.number,
    pciAddress: port.address,
    ...(port.vmnic === undefined ? {} : { vmnic: port.vmnic }),
    ...(port.macAddress === undefined ? {} : { macAddress: port.macAddress }),
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

function configuredVfs(port: ObservedPort, { allAdapters, driverOptions }: HostObservation): number | undefined {
  if (!allAdapters.known || !driverOptions.known || !port.driven) return undefined;
  const driven = allAdapters.value.flatMap((adapter) => adapter.ports).filter((candidate) => candidate.driven);
  return readMaxVfs(driverOptions.value)[driven.findIndex(({ address }) => address === port.address)] ?? 0;
}
