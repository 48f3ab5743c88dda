/** What the object says about all this: conditions, plan, facts. Pure; the only place that sets conditions of a SriovHost. */
import { mergeConditions, rfc3339 } from '../../api/conditions.ts';
import type { PlanStep, SriovHost, SriovHostStatus } from '../../api/types.ts';
import type { Failure } from './act.ts';
import { expectedDowntimeSeconds } from './downtime.ts';
import { journalWords } from './journal.ts';
import { type HostMemory, writeMemory } from './memory.ts';
import type { HostObservation } from './observation.ts';
import type { HostPlan } from './plan.ts';
import { adapterStatus } from './status/adapters.ts';
import { hostConditions, progressLine } from './status/conditions.ts';
import { hardwareStatus } from './status/hardware.ts';
import { passthroughStatus } from './status/passthrough.ts';
import { expectedToPlanStep, type HostStep, toPlanStep } from './steps.ts';
import { compareVersions } from './versions.ts';

export interface ReportInput {
  readonly host: SriovHost;
  readonly observation: HostObservation;
  readonly plan: HostPlan;
  readonly memory: HostMemory;
  readonly failure: Failure | undefined;
  readonly now: Date;
}

export function reportHost(input: ReportInput): SriovHostStatus {
  const { host, memory, now } = input;
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
    ...planStatus(input),
    ...esxiStatus(input),
    ...hardwareStatus(host, input.observation),
    ...softwareStatus(input),
    adapters,
    vfs: {
      desired: host.spec.adapters.flatMap((adapter) => adapter.ports).reduce((sum, port) => sum + port.vfs, 0),
      present: total((port) => port.vfs.present),
    },
    ...passthroughStatus(input),
    ...writeMemory(memory),
  };
}

function planStatus({ plan, observation, memory }: ReportInput): Pick<SriovHostStatus, 'plan'> {
  const steps = [...plan.steps.map(planStepOf), ...plan.expected.map(expectedToPlanStep)];
  if (steps.length === 0) return {};
  const vms = observation.runningVms.known ? observation.runningVms.value.map(({ name }) => name).sort() : [];
  const affected = plan.restarts > 0 && vms.length > 0 ? { affectedVms: vms } : {};
  const downtime = expectedDowntimeSeconds(plan, memory.lastRestart);
  const away = downtime === undefined ? {} : { expectedDowntimeSeconds: downtime };
  return { plan: { hash: plan.hash, steps, restarts: plan.restarts, ...away, ...affected } };
}

function planStepOf(step: HostStep): PlanStep {
  const { command } = journalWords(step);
  return { ...toPlanStep(step), ...(command === undefined ? {} : { command }) };
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

function softwareStatus({ host, observation, memory }: ReportInput): Pick<SriovHostStatus, 'software'> {
  if (!observation.vibs.known) return host.status?.software === undefined ? {} : { software: host.status.software };
  const { vibs, stagedVibs } = observation;
  const software = host.spec.software.map(({ name, minVersion }) => {
    const running = vibs.value.find((vib) => vib.name === name)?.version;
    const staged = stagedVibs.known ? stagedVibs.value.find((vib) => vib.name === name)?.version : undefined;
    const there = [running, staged].some((version) => version !== undefined && compareVersions(version, minVersion) >= 0);
    const problem = there ? undefined : memory.refusedVibs[name];
    return {
      name,
      ...(running === undefined ? {} : { running }),
      ...(staged === undefined || staged === running ? {} : { staged }),
      ...(problem === undefined ? {} : { problem }),
    };
  });
  return { software };
}
