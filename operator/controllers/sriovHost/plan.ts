/**
 * The plan: what to do to bring a host to its declared state with the fewest restarts. Pure, total, recomputed on every look.
 *
 *   restart under way? -> follow it, nothing else
 *   burn under way whose end nobody saw? -> wait for it, nothing else
 *   software -> firmware (adapter by adapter) -> driver options      what is staged, in this order
 *   restart                                                          one for everything that is pending
 *   permission                                                       mode, hold, approval, running VMs
 *   leave maintenance mode                                           when nothing is left and it was ours
 *
 * Only a prefix of the steps is run: what reveals new facts, or changes what a restart rests on, is followed by another look.
 */
import { createHash } from 'node:crypto';
import type { Problem, SriovHostStatus } from '../../api/types.ts';
import { adapterOf, isFirmwareItem } from './items.ts';
import { type HostMemory, REFUSED_REASONS } from './memory.ts';
import { isOutOfReach } from './physicalFunctions.ts';
import { type BiosWork, planBios } from './rules/bios.ts';
import { followBurn } from './rules/burn.ts';
import { triedRightly } from './rules/driver.ts';
import { planDriverForNextRestart } from './rules/driverForNextRestart.ts';
import { planFirmware } from './rules/firmware.ts';
import { foreseenRestarts } from './rules/foreseenRestarts.ts';
import type { AdapterWork, Blocked, PlanInput } from './rules/input.ts';
import { type PassthroughWork, planPassthrough } from './rules/passthrough.ts';
import { askPermission, readOnly } from './rules/permission.ts';
import { decideRestart, type RestartDecision } from './rules/restart.ts';
import { followRestart } from './rules/restartProgress.ts';
import { restoreDriver, restored, restoringInput } from './rules/restore.ts';
import { planSoftware, type SoftwareWork } from './rules/software.ts';
import { refusedForGood, refuseSoftware } from './rules/softwarePreflight.ts';
import { unreadableForLong } from './rules/unreadable.ts';
import { clearHost, giveBack } from './rules/vms.ts';
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
  /** See DriverWork. */
  readonly misplaced?: boolean;
  /** Undefined while the host is not seen. */
  readonly passthrough?: PassthroughWork;
  /** Known: the declared BIOS attributes could be compared. Problem: what a restart did not bring into effect. */
  readonly bios: { readonly known: boolean; readonly problem: Problem | undefined };
  /** Nothing to do, nothing pending, nothing unknown, no problem. */
  readonly converged: boolean;
}

export function planHost(asked: PlanInput): HostPlan {
  const input = restoringInput(asked);
  const progress = followRestart(input);
  if (progress !== undefined) {
    const held = readOnly(input);
    const runnable = held === undefined ? progress.steps : progress.steps.filter(({ kind }) => kind === 'PowerOn');
    return { ...emptyPlan(input), steps: progress.steps, runnable, blocked: progress.blocked, waiting: progress.waiting };
  }
  const { host } = input.observation;
  if (!host.known) return { ...emptyPlan(input), blocked: host.because };
  const burn = followBurn(input);
  if (burn !== undefined) return { ...emptyPlan(input), ...burn };
  return compose(input, gather(input, host.value.maintenanceMode));
}

/** What the rules ask for, before anybody is asked for permission. */
interface Gathered {
  readonly software: SoftwareWork;
  readonly bios: BiosWork;
  readonly passthrough: PassthroughWork;
  readonly misplaced: boolean;
  readonly decision: RestartDecision;
  readonly adapters: readonly AdapterWork[];
  readonly expected: readonly ExpectedStep[];
  readonly pending: readonly string[];
  readonly work: readonly HostStep[];
}

function gather(input: PlanInput, inMaintenance: boolean): Gathered {
  const software = planSoftware(input);
  const firmware = planFirmware(input, software.pending.length > 0);
  const passthrough = planPassthrough(input, firmware);
  const bios = planBios(input);
  const others = [...software.pending, ...firmware.flatMap((work) => work.pending), ...passthrough.pending, ...bios.pending];
  const passedThrough = passthrough.next;
  const driver =
    input.restoring === true ? restoreDriver(input, passedThrough) : planDriverForNextRestart(input, firmware, { passedThrough, others });
  const pending = [...new Set([...others, ...driver.pending])].sort();
  const tried = triedRightly(input.memory.tried, driver);
  const decision = decideRestart({ ...input, memory: { ...input.memory, tried } }, pending, firmware);
  const restart = decision.step;
  const work: HostStep[] = mstIsDown(input) ? [{ kind: 'StartMst', because: 'firmware-readable' }] : [];
  // What disturbs nothing, and may fail, comes before the host is taken out of service.
  const forAdapters = firmware.flatMap((adapter) => adapter.steps);
  work.push(...forAdapters.filter(movesImage));
  if (restart !== undefined && !inMaintenance) work.push(...clearHost(input));
  work.push(...software.steps, ...forAdapters.filter((step) => !movesImage(step)), ...driver.steps, ...passthrough.steps, ...bios.steps);
  if (restart !== undefined) work.push(restart);
  return {
    software,
    bios,
    passthrough,
    misplaced: driver.misplaced === true,
    decision,
    adapters: firmware.map((adapter) => ({
      ...adapter,
      problem: decision.problems[adapter.name] ?? adapter.problem ?? passthrough.problems[adapter.name],
    })),
    expected: firmware.flatMap((adapter) => adapter.expected),
    pending,
    work,
  };
}

function compose(input: PlanInput, gathered: Gathered): HostPlan {
  const { software, bios, decision, adapters, expected, pending } = gathered;
  const lacking = refuseSoftware(input, software);
  const needed = refusedForGood(lacking) && leavesMaintenance(input) ? [HAND_BACK] : withHandBack(input, gathered);
  const foreseen = needed[0]?.kind === 'StartMst' ? foreseenRestarts(input, adapters) : 0;
  const restarts = Math.max(foreseen, restartsOf(needed, gathered));
  const content = planHash(needed, expected, pending);
  const permission = askPermission(input, { steps: needed, expected, hash: content, restarts, restart: decision.step });
  const refusal = (needed.length > 0 ? readOnly(input) : undefined) ?? bios.blocked ?? lacking ?? permission.blocked;
  const inTheWay = refusal ?? decision.blocked ?? unknownSoftware(input);
  const owed = giveBack(input, { working: needed.length > 0, blocked: inTheWay });
  const steps = [...owed.steps, ...needed];
  const blocked = inTheWay ?? owed.blocked ?? (owed.steps.length > 0 ? readOnly(input) : undefined);
  // While a person has to switch the power, what else that power cycle can activate is still staged.
  const stagesOn = blocked === undefined || (refusal === undefined && blocked.reason === 'ManualPowerCycleRequired');
  const atRest = steps.length === 0 && pending.length === 0;
  const seen = everythingSeen(input, adapters);
  return {
    steps,
    expected,
    runnable: stagesOn && owed.steps.length === 0 ? runnablePrefix(steps) : harmless(steps, input),
    blocked: blocked ?? (seen ? restored(input, { steps, pending, adapters }) : undefined),
    waiting: undefined,
    adapters,
    pending,
    restarts,
    hash: permission.hash,
    // Over once nothing is left to do; what could not be seen just now may be left.
    approval: atRest && seen && allRead(input) ? undefined : permission.approval,
    softwareKnown: software.known,
    misplaced: gathered.misplaced,
    passthrough: gathered.passthrough,
    bios: { known: bios.blocked === undefined, problem: bios.problem },
    converged: atRest && blocked === undefined && input.restoring !== true && seen && adapters.every(asDeclared),
  };
}

/** That of the plan, and the one for what the tools that it installs, or the firmware that it burns, will show. */
function restartsOf(needed: readonly HostStep[], { software, decision, adapters }: Gathered): number {
  if (decision.step === undefined || !needed.includes(decision.step)) return 0;
  const later = adapters.filter(({ expected }) => expected.some(({ kind }) => kind === 'SetFirmwareParameters'));
  return later.some(({ known }) => known || software.pending.length > 0) ? 2 : 1;
}

const HAND_BACK: HostStep = { kind: 'ExitMaintenance', because: 'hand-back' };

/** Maintenance mode is left once nothing is left to do, nothing is in the way and nothing is a guess. */
function withHandBack(input: PlanInput, { work, decision, bios, software, adapters }: Gathered): readonly HostStep[] {
  const open =
    work.length > 0 || decision.blocked !== undefined || bios.blocked !== undefined || !software.known || !everythingSeen(input, adapters);
  return open || !leavesMaintenance(input) ? work : [HAND_BACK];
}

function asDeclared(adapter: AdapterWork): boolean {
  return (adapter.known || adapter.outOfReach === true) && adapter.problem === undefined && adapter.unsupported.length === 0;
}

/** Problems of an adapter that do not keep the host from being handed back. */
const SETTLED_PROBLEMS: ReadonlySet<string> = new Set([
  ...REFUSED_REASONS,
  'AdapterNotFound',
  'AdapterAmbiguous',
  'AdapterUnsupported',
  'AdapterDeclaredTwice',
  'AdapterDenied',
  'DriverMissing',
  'PortNotFound',
  'ToolMissing',
  'PciTopologyChanged',
  'SoftwareTooOld',
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
    bios: { known: false, problem: undefined },
    converged: false,
  };
}

/** Loaded for adapters that are known, and for those that only their firmware can tell by MAC address. */
function mstIsDown({ observation, spec }: PlanInput): boolean {
  if (!observation.mstDevices.known || observation.mstDevices.value.length > 0 || !observation.allAdapters.known) return false;
  const silent = observation.allAdapters.value.some(({ ports }) => ports.every(({ macAddress }) => macAddress === undefined));
  const byMac = silent && spec.adapters.some(({ selector }) => selector.macAddress !== undefined);
  return byMac || observation.adapters.some(({ adapter }) => adapter.known && !isOutOfReach(adapter.value.ports));
}

function movesImage({ kind }: HostStep): boolean {
  return kind === 'StageFirmwareImage' || kind === 'RemoveFirmwareImage';
}

/** A host is only handed back, and only called ready, when nothing about it is a guess. */
function everythingSeen(input: PlanInput, adapters: readonly AdapterWork[]): boolean {
  const { observation } = input;
  const settled = (work: AdapterWork): boolean => SETTLED_PROBLEMS.has(work.problem?.reason ?? '') || unreadableForLong(work, input);
  const facts = [observation.vibs, observation.allAdapters, observation.driverOptions, observation.virtualFunctions];
  return facts.every((fact) => fact.known) && adapters.every((work) => work.known || work.outOfReach === true || settled(work));
}

function leavesMaintenance({ memory, observation }: PlanInput): boolean {
  return memory.maintenanceEnteredByUs && observation.host.known && observation.host.value.maintenanceMode;
}

function allRead(input: PlanInput): boolean {
  return unknownSoftware(input) === undefined && input.observation.bios?.known !== false;
}

function unknownSoftware({ observation }: PlanInput): Blocked | undefined {
  const fact = [observation.vibs, observation.stagedVibs].find((candidate) => !candidate.known);
  return fact === undefined || fact.known ? undefined : { ...fact.because };
}

/** A fetched image is looked into before anything else; a restart is never sent in the same breath as what it shall activate. */
function runnablePrefix(steps: readonly HostStep[]): readonly HostStep[] {
  const [first] = steps;
  if (first?.kind === 'StartMst') return [first];
  const fetches = steps.filter(({ kind }) => kind === 'StageFirmwareImage');
  if (fetches.length > 0) return fetches;
  // Guests take their time: the next look sees which of them are down.
  const vms = steps.filter(({ kind }) => kind === 'ShutDownVm' || kind === 'PowerOffVm');
  if (vms.length > 0) return vms;
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
  const firmwareOpen = new Set(plan.pending.filter(isFirmwareItem).map(adapterOf));
  const biosComes = plan.pending.some((item) => item.startsWith('bios/') && memory.tried[item] === undefined);
  const declared = new Set(plan.adapters.map(({ name }) => name));
  const known = new Set(plan.adapters.filter((work) => work.known).map(({ name }) => name));
  const keep = (item: string): boolean => {
    if (item.startsWith('vib/')) return !plan.softwareKnown || pending.has(item);
    if (item.startsWith('bios/')) return !plan.bios.known || pending.has(item);
    if (item.startsWith('passthrough/')) return plan.passthrough === undefined || pending.has(item);
    if (!known.has(adapterOf(item))) return declared.has(adapterOf(item));
    // Virtual functions cannot come before firmware and BIOS allow them: that restart says nothing about them.
    return pending.has(item) && !(item.startsWith('vfs/') && (biosComes || firmwareOpen.has(adapterOf(item))));
  };
  const tried = triedRightly(memory.tried, plan);
  return { ...memory, tried: Object.fromEntries(Object.entries(tried).filter(([item]) => keep(item))) };
}
