/**
 * Into maintenance mode and out of it: through the vSphere API where that can be used, so that a vCenter moves VMs away, otherwise through
 * the host's shell. The intent is persisted before the command goes out.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { rfc3339 } from '../../../api/conditions.ts';
import { isPortError } from '../../../ports/errors.ts';
import type { HostMemory } from '../memory.ts';
import { evacuationFacts, type VsphereDoor } from '../observe/vms.ts';
import type { HostStep } from '../steps.ts';
import { observedVm, powerPolicyOf, type RemainingVm } from '../vms.ts';
import { type ActContext, type ActPorts, StepRefused, shell } from './context.ts';
import { refuseRunningVms } from './power.ts';

type Enter = Extract<HostStep, { kind: 'EnterMaintenance' }>;

export async function enterMaintenance({ evacuates = [] }: Enter, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  const host = shell(context);
  await refuseRunningVms(context, evacuates);
  // Somebody else was faster since the look: it is theirs, and they end it.
  if (!memory.maintenanceEntering && (await host.maintenanceMode(context.signal))) return memory;
  const noted: HostMemory = {
    ...memory,
    maintenanceEnteredByUs: true,
    maintenanceEntering: true,
    maintenanceSince: rfc3339(context.ports.now()),
    remainingVms: [],
  };
  await context.ports.persist(noted);
  const door = await context.ports.vsphere();
  if (door.known) await enterByVsphere(door.value, { context, noted, evacuates, begun: memory.maintenanceEntering });
  else if (evacuates.length > 0) throw new StepRefused(door.because.reason, door.because.message);
  if (!(await host.maintenanceMode(context.signal))) await host.enterMaintenanceMode(context.maintenanceTimeoutSeconds, context.signal);
  if (await host.maintenanceMode(context.signal)) return { ...noted, maintenanceEntering: false };
  throw new StepRefused(
    'MaintenanceTimedOut',
    'the host was told to enter maintenance mode and is not in it; look for what holds it up in vSphere',
    { written: true },
  );
}

interface Entering {
  readonly context: ActContext;
  readonly noted: HostMemory;
  readonly evacuates: readonly string[];
  /** We told it before, and may be what the server is busy with. */
  readonly begun: boolean;
}

/** Where nobody has to be moved, the shell is as good: a server that refuses or does not answer is passed over. */
async function enterByVsphere(door: VsphereDoor, entering: Entering): Promise<void> {
  const { context, evacuates, begun } = entering;
  try {
    await followEntering(door, entering);
  } catch (error) {
    if (!isPortError(error) || error.code === 'Aborted') throw error;
    if (!begun && OTHERS_AT_WORK.has(String(error.detail['fault']))) throw othersAtWork(error);
    if (error.code === 'CommandTimedOut') throw await timedOut(door, entering, error.detail['ended'] === true);
    if (evacuates.length > 0) throw error;
    context.signal.throwIfAborted();
  }
}

/** Faults of a host that somebody is putting into maintenance mode just now, or taking out of it. */
const OTHERS_AT_WORK: ReadonlySet<string> = new Set(['TaskInProgress', 'InvalidState']);

/** Who comes second would call it his own, and end it under the hands of the first. */
function othersAtWork({ message }: Error): StepRefused {
  return new StepRefused('EnteringMaintenance', `the host is busy with somebody else's request, perhaps for maintenance mode: ${message}`);
}

/** While the task runs, status tells which VMs are still there. Whatever ends the wait also ends the task. */
async function followEntering(door: VsphereDoor, { context, noted, evacuates }: Entering): Promise<void> {
  const own = new AbortController();
  const signal = AbortSignal.any([context.signal, own.signal]);
  const task = door.vsphere.enterMaintenanceMode(door.hostMoRef, context.maintenanceTimeoutSeconds, signal);
  const ended = task.then(
    () => true,
    () => true,
  );
  try {
    while (!(await Promise.race([ended, sleep(context.progressMs, false, { signal: own.signal })]))) {
      const remainingVms = await remaining(door, evacuates, context.signal).catch(() => noted.remainingVms);
      await context.ports.persist({ ...noted, remainingVms });
    }
    await task;
  } finally {
    own.abort();
    await ended;
  }
}

/** A task that the server has not ended may still take the host into maintenance mode, through us. */
async function timedOut(door: VsphereDoor, { context, evacuates }: Entering, ended: boolean): Promise<StepRefused> {
  const vms = await remaining(door, evacuates, context.signal).catch(() => []);
  const who = vms.length === 0 ? '' : `; still running: ${vms.map(({ name, why }) => `${name} (${why})`).join(', ')}`;
  const limit = context.maintenanceTimeoutSeconds;
  return new StepRefused(
    'MaintenanceTimedOut',
    `the host did not enter maintenance mode within ${limit} s and the attempt was cancelled${who}`,
    { written: !ended },
  );
}

async function remaining(door: VsphereDoor, evacuates: readonly string[], signal: AbortSignal): Promise<readonly RemainingVm[]> {
  const facts = await evacuationFacts(door, signal);
  const vms = await door.vsphere.vmsOfHost(door.hostMoRef, signal);
  return vms
    .filter(({ powerState }) => powerState === 'poweredOn')
    .map((vm) => observedVm(vm, facts, powerPolicyOf(vm, [], 0)))
    .map(({ moRef, name, stays }) => ({
      moRef,
      name,
      why: stays ?? (evacuates.includes(name) ? 'DRS has not moved it yet' : 'was started meanwhile'),
    }))
    .sort((a, b) => (a.moRef < b.moRef ? -1 : 1));
}

export async function exitMaintenance(context: ActContext, memory: HostMemory): Promise<HostMemory> {
  await leaveMaintenance(context.ports, context.signal);
  return { ...memory, maintenanceEnteredByUs: false, maintenanceEntering: false, maintenanceSince: undefined, remainingVms: [] };
}

/** The caller makes sure that it was us who entered. */
export async function leaveMaintenance(ports: Pick<ActPorts, 'host' | 'vsphere'>, signal: AbortSignal): Promise<void> {
  if (!ports.host.known) throw new StepRefused(ports.host.because.reason, ports.host.because.message);
  const door = await ports.vsphere();
  try {
    if (door.known) await door.value.vsphere.exitMaintenanceMode(door.value.hostMoRef, signal);
  } catch (error) {
    if (!isPortError(error) || error.code === 'Aborted') throw error;
  }
  // Does nothing where the host is out of it already.
  await ports.host.value.exitMaintenanceMode(signal);
}
