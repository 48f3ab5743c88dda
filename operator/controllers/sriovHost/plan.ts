/**
 * The plan: what to do to bring a host to its declared state with the fewest restarts. Pure, total, recomputed on every look.
 *
 *   restart under way? -> follow it, nothing else
 *   software -> firmware (adapter by adapter) -> driver options      what is staged, in this order
 *   restart                                                          one for everything that is pending
 *   permission                                                       mode, hold, approval, running VMs
 *   leave maintenance mode                                           when nothing is left and it was ours
 *
 * Only a prefix of the steps is run: what reveals new facts, or changes what a restart rests on, is followed by another look.
 */
import { createHash } from 'node:crypto';
import type { SriovHostStatus } from '../../api/types.ts';
import type { HostMemory } from './memory.ts';
import { planDriver } from './rules/driver.ts';
import { planFirmware } from './rules/firmware.ts';
import type { AdapterWork, Blocked, PlanInput } from './rules/input.ts';
import { askPermission, readOnly } from './rules/permission.ts';
import { adapterOf, decideRestart, type RestartDecision } from './rules/restart.ts';
import { followRestart } from './rules/restartProgress.ts';
import { planSoftware, type SoftwareWork } from './rules/software.ts';
import { describe, type ExpectedStep, type HostStep, needsPermission, subjectOf } from './steps.ts';

export interface HostPlan {
  /** Everything that is known to be needed, in order. */
  readonly steps: readonly HostStep[];
  /** What is foreseen after that, to be decided once the facts are there. */
  readonly expected: readonly ExpectedStep[];
  /** The steps to run now, before the next look. */
  readonly runnable: readonly HostStep[];
  readonly blocked: Blocked | undefined;
  /** A restart is under way. */
  readonly waiting: { readonly reason: string; readonly message: string } | undefined;
  readonly adapters: readonly AdapterWork[];
  readonly pending: readonly string[];
  readonly restarts: number;
  readonly hash: string;
  readonly approval: SriovHostStatus['approval'];
  readonly softwareKnown: boolean;
  /** Nothing to do, nothing pending, nothing unknown, no problem. */
  readonly converged: boolean;
}

export function planHost(input: PlanInput): HostPlan {
  const progress = followRestart(input);
  if (progress !== undefined) {
    const held = readOnly(input);
    const runnable = held === undefined ? progress.steps : progress.steps.filter(({ kind }) => kind === 'PowerOn');
    return { ...emptyPlan(input), steps: progress.steps, runnable, blocked: progress.blocked, waiting: progress.waiting };
  }
  const { host } = input.observation;
  if (!host.known) return { ...emptyPlan(input), blocked: host.because };
  return compose(input, gather(input, host.value.maintenanceMode));
}

/** What the rules ask for, before anybody is asked for permission. */
interface Gathered {
  readonly software: SoftwareWork;
  readonly decision: RestartDecision;
  readonly adapters: readonly AdapterWork[];
  readonly expected: readonly ExpectedStep[];
  readonly pending: readonly string[];
  readonly work: readonly HostStep[];
}

function gather(input: PlanInput, inMaintenance: boolean): Gathered {
  const software = planSoftware(input);
  const firmware = planFirmware(input, software.pending.length > 0);
  const driver = planDriver(input, firmware);
  const pending = [...software.pending, ...firmware.flatMap((work) => work.pending), ...driver.pending].sort();
  const decision = decideRestart(input, pending, firmware);
  const restart = decision.step;
  const work: HostStep[] = mstIsDown(input) ? [{ kind: 'StartMst', because: 'firmware-readable' }] : [];
  if (restart !== undefined && !inMaintenance) work.push({ kind: 'EnterMaintenance', because: 'restart-needs-maintenance' });
  work.push(...software.steps, ...firmware.flatMap((adapter) => adapter.steps), ...driver.steps);
  if (restart !== undefined) work.push(restart);
  return {
    software,
    decision,
    adapters: firmware.map((adapter) => ({ ...adapter, problem: decision.problems[adapter.name] ?? adapter.problem })),
    expected: firmware.flatMap((adapter) => adapter.expected),
    pending,
    work,
  };
}

function compose(input: PlanInput, gathered: Gathered): HostPlan {
  const { software, decision, adapters, expected, pending } = gathered;
  const steps = withHandBack(input, gathered);
  const secondRestart = software.pending.length > 0 && expected.length > 0;
  const restarts = (decision.step === undefined ? 0 : 1) + (secondRestart ? 1 : 0);
  const hash = planHash(steps, expected, pending);
  const permission = askPermission(input, { steps, hash, restarts, restart: decision.step });
  const refusal = (steps.length > 0 ? readOnly(input) : undefined) ?? permission.blocked;
  const blocked = refusal ?? decision.blocked ?? unknownSoftware(input);
  // While a person has to switch the power, what else that power cycle can activate is still staged.
  const stagesOn = blocked === undefined || (refusal === undefined && blocked.reason === 'ManualPowerCycleRequired');
  const atRest = steps.length === 0 && pending.length === 0;
  return {
    steps,
    expected,
    runnable: stagesOn ? runnablePrefix(steps) : harmless(steps, input),
    blocked,
    waiting: undefined,
    adapters,
    pending,
    restarts,
    hash,
    approval: atRest ? undefined : permission.approval,
    softwareKnown: software.known,
    converged: atRest && blocked === undefined && everythingSeen(input, adapters) && adapters.every(asDeclared),
  };
}

/** Maintenance mode is left once nothing is left to do, nothing is in the way and nothing is a guess. */
function withHandBack(input: PlanInput, { work, decision, software, adapters }: Gathered): readonly HostStep[] {
  const open = work.length > 0 || decision.blocked !== undefined || !software.known || !everythingSeen(input, adapters);
  return open || !leavesMaintenance(input) ? work : [{ kind: 'ExitMaintenance', because: 'hand-back' }];
}

function asDeclared(adapter: AdapterWork): boolean {
  return adapter.known && adapter.problem === undefined && adapter.unsupported.length === 0;
}

/** Problems of an adapter that do not keep the host from being handed back. */
const SETTLED_PROBLEMS: ReadonlySet<string> = new Set([
  'AdapterNotFound',
  'AdapterAmbiguous',
  'AdapterUnsupported',
  'AdapterDeclaredTwice',
  'PortNotFound',
  'ToolMissing',
  'VfCountExceedsDevice',
  'ParameterRefused',
  'FirmwareBurnFailed',
  'ChecksumMismatch',
]);

function emptyPlan(input: PlanInput): HostPlan {
  return {
    steps: [],
    expected: [],
    runnable: [],
    blocked: undefined,
    waiting: undefined,
    adapters: [],
    pending: input.memory.lastRestart?.state === 'Requested' ? input.memory.lastRestart.pending : [],
    restarts: 0,
    hash: '',
    approval: input.memory.approval,
    softwareKnown: false,
    converged: false,
  };
}

function mstIsDown({ observation }: PlanInput): boolean {
  const someAdapter = observation.adapters.some(({ adapter }) => adapter.known);
  return someAdapter && observation.mstDevices.known && observation.mstDevices.value.length === 0;
}

/** A host is only handed back, and only called ready, when nothing about it is a guess. */
function everythingSeen({ observation }: PlanInput, adapters: readonly AdapterWork[]): boolean {
  const facts = [observation.vibs, observation.allAdapters, observation.driverOptions, observation.virtualFunctions];
  return (
    facts.every((fact) => fact.known) &&
    adapters.every((work) => work.known || (work.problem !== undefined && SETTLED_PROBLEMS.has(work.problem.reason)))
  );
}

function leavesMaintenance({ memory, observation }: PlanInput): boolean {
  return memory.maintenanceEnteredByUs && observation.host.known && observation.host.value.maintenanceMode;
}

function unknownSoftware({ observation }: PlanInput): Blocked | undefined {
  const fact = [observation.vibs, observation.stagedVibs].find((candidate) => !candidate.known);
  return fact === undefined || fact.known ? undefined : { ...fact.because };
}

/** A restart is never sent in the same breath as what it shall activate: the next look confirms what was staged. */
function runnablePrefix(steps: readonly HostStep[]): readonly HostStep[] {
  const [first] = steps;
  if (first?.kind === 'StartMst') return [first];
  const restart = steps.findIndex(({ kind }) => kind === 'WarmReboot' || kind === 'ColdCycle');
  return restart > 0 ? steps.slice(0, restart) : steps;
}

/** While something needs permission, only what needs none goes on; while the object is read-only, nothing does. */
function harmless(steps: readonly HostStep[], input: PlanInput): readonly HostStep[] {
  if (readOnly(input) !== undefined) return [];
  const [first] = steps;
  return first !== undefined && !needsPermission(first) ? [first] : [];
}

function planHash(steps: readonly HostStep[], expected: readonly ExpectedStep[], pending: readonly string[]): string {
  const content = [
    ...steps.filter(needsPermission).map((step) => [step.kind, subjectOf(step), describe(step)]),
    ...expected.map((step) => [step.kind, step.subject, step.description]),
    pending,
  ];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
}

/** What restarts were tried for, less everything that is now seen to be in effect. */
export function forgetSatisfied(memory: HostMemory, plan: HostPlan): HostMemory {
  if (plan.waiting !== undefined || plan.adapters.length === 0) return memory;
  const pending = new Set(plan.pending);
  const firmwareOpen = new Set(plan.pending.filter((item) => /^(firmware|image)\//.test(item)).map(adapterOf));
  const known = new Set(plan.adapters.filter((work) => work.known).map(({ name }) => name));
  const keep = (item: string): boolean => {
    if (item.startsWith('vib/')) return !plan.softwareKnown || pending.has(item);
    if (!known.has(adapterOf(item))) return true;
    // Virtual functions cannot come before the firmware allows them: that restart says nothing about them.
    return pending.has(item) && !(item.startsWith('vfs/') && firmwareOpen.has(adapterOf(item)));
  };
  return { ...memory, tried: Object.fromEntries(Object.entries(memory.tried).filter(([item]) => keep(item))) };
}
