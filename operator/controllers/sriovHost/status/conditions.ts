/** The conditions of a SriovHost and its one line of progress. Pure. */

import type { ConditionInput } from '../../../api/conditions.ts';
import type { HostConditionType } from '../../../api/reasons/conditionTypes.ts';
import { type HostReason, REASONS, stalls } from '../../../api/reasons.ts';
import type { Problem } from '../../../api/types.ts';
import { isFirmwareItem } from '../items.ts';
import { driftNote } from '../rules/drift.ts';
import { linkFlapping } from '../rules/flapping.ts';
import type { ReportInput } from '../status.ts';
import { describe, type HostStep } from '../steps.ts';
import { biosState } from './bios.ts';

type HostCondition = ConditionInput<HostConditionType, HostReason>;

const REASON_WORDS: ReadonlySet<string> = new Set(REASONS.map(({ reason }) => reason));

/** Facts carry reasons as plain words; one that the table does not know would be a defect, and is shown as such. */
export function asHostReason(reason: string): HostReason {
  return (REASON_WORDS.has(reason) ? reason : 'InternalError') as HostReason;
}

export function hostStalls(reason: string): boolean {
  return stalls('SriovHost', asHostReason(reason));
}

export function hostConditions(input: ReportInput): readonly HostCondition[] {
  const obstacle = firstObstacle(input);
  const goesOn = input.failure === undefined || input.failure.adapter !== undefined;
  const busy = input.plan.blocked === undefined && (input.plan.waiting !== undefined || (input.plan.steps.length > 0 && goesOn));
  const stalled = obstacle !== undefined && hostStalls(obstacle.reason) && !busy;
  const message = progressLine(input);
  const reason = obstacle === undefined ? 'Succeeded' : asHostReason(obstacle.reason);
  return [
    {
      type: 'Ready',
      status: obstacle === undefined ? 'True' : 'False',
      reason,
      message: `${obstacle?.message ?? message}${driftNote(input.memory)}`,
    },
    obstacle === undefined || stalled
      ? { type: 'Reconciling', status: 'False', reason: 'Idle', message: 'nothing is under way' }
      : { type: 'Reconciling', status: 'True', reason, message },
    stalled
      ? { type: 'Stalled', status: 'True', reason, message: obstacle.message }
      : { type: 'Stalled', status: 'False', reason: 'NotStalled', message: 'nothing stops the operator for good' },
    reachable(input),
    software(input),
    part(input, 'BiosConfigured', biosState(input.plan, input.observation, input.host.spec.bmc?.biosAttributes)),
    part(input, 'AdaptersIdentified', { known: input.observation.allAdapters.known, pending: undefined }),
    part(input, 'FirmwareConfigured', firmwareState(input)),
    part(input, 'VirtualFunctionsPresent', virtualFunctionState(input)),
  ];
}

/** One line for people: what happens now, what is waited for, or what is in the way. */
export function progressLine(input: ReportInput): string {
  const { plan, failure } = input;
  if (failure !== undefined) return failure.message;
  if (plan.blocked !== undefined) return plan.blocked.message;
  if (plan.waiting !== undefined) return plan.waiting.message;
  const next = plan.runnable[0] ?? plan.steps[0];
  if (next !== undefined) return describe(next);
  return firstObstacle(input)?.message ?? 'as declared';
}

/** The first thing that keeps the host from being ready, in the order in which a person should look at it. */
function firstObstacle(input: ReportInput): Problem | undefined {
  const { plan, failure, observation } = input;
  if (failure !== undefined) return failure;
  if (plan.blocked !== undefined) return plan.blocked;
  if (plan.waiting !== undefined) return plan.waiting;
  const next = plan.runnable[0] ?? plan.steps[0];
  if (next !== undefined) return { reason: REASON_OF_STEP[next.kind], message: describe(next) };
  if (plan.bios.problem !== undefined) return plan.bios.problem;
  const adapter = plan.adapters.find(({ problem }) => problem !== undefined);
  if (adapter?.problem !== undefined) return adapter.problem;
  const lacking = plan.adapters.find(({ unsupported }) => unsupported.length > 0);
  if (lacking !== undefined) return unsupportedParameters(lacking.name, lacking.unsupported);
  if (plan.converged) return linkFlapping(input.host.spec, observation);
  if (observation.bmc?.known === false) return observation.bmc.because;
  return unknownFact(input) ?? { reason: 'Verifying', message: 'looking again until everything is seen to be as declared' };
}

/** The reason, and with it the event, that goes with each kind of step. */
export const REASON_OF_STEP: Readonly<Record<HostStep['kind'], HostReason>> = {
  StartMst: 'Verifying',
  EnterMaintenance: 'EnteringMaintenance',
  ShutDownVm: 'ShuttingDownVms',
  PowerOffVm: 'ShuttingDownVms',
  PowerOnVms: 'RestoringVms',
  InstallVib: 'InstallingSoftware',
  StageFirmwareImage: 'StagingFirmware',
  RemoveFirmwareImage: 'StagingFirmware',
  BurnFirmware: 'ConfiguringFirmware',
  SetFirmwareParameters: 'ConfiguringFirmware',
  SetDriverOptions: 'ConfiguringDriver',
  SetPassthrough: 'ConfiguringPassthrough',
  StageBiosAttributes: 'ConfiguringBios',
  WarmReboot: 'Restarting',
  ColdCycle: 'Restarting',
  RepeatRestartCommand: 'Restarting',
  ForceOff: 'Restarting',
  PowerOn: 'Restarting',
  ExitMaintenance: 'ExitingMaintenance',
};

function unsupportedParameters(adapter: string, names: readonly string[]): Problem {
  return {
    reason: 'ParameterUnsupported',
    message: `adapter ${adapter}: this device has no firmware parameter ${names.join(', ')}; remove it from the spec, or update the firmware`,
  };
}

function unknownFact({ observation }: ReportInput): Problem | undefined {
  const facts = [
    observation.vibs,
    observation.stagedVibs,
    observation.allAdapters,
    observation.driverOptions,
    observation.virtualFunctions,
  ];
  for (const fact of facts) if (!fact.known) return fact.because;
  return undefined;
}

function reachable({ observation, plan }: ReportInput): HostCondition {
  const { host, bmc } = observation;
  if (!host.known) {
    const because = plan.waiting ?? host.because;
    return { type: 'Reachable', status: 'False', reason: asHostReason(because.reason), message: because.message };
  }
  if (bmc !== undefined && !bmc.known)
    return { type: 'Reachable', status: 'False', reason: asHostReason(bmc.because.reason), message: bmc.because.message };
  return { type: 'Reachable', status: 'True', reason: 'AsDeclared', message: 'the host answers' };
}

/** Problems of adapters that a VIB would solve. */
const LACKING_SOFTWARE: ReadonlySet<string> = new Set(['SoftwareTooOld', 'DriverMissing']);

function software({ observation, plan, failure, memory }: ReportInput): HostCondition {
  const type = 'SoftwareInstalled';
  if (failure?.step.kind === 'InstallVib') return { type, status: 'False', reason: asHostReason(failure.reason), message: failure.message };
  const unread = [observation.vibs, observation.stagedVibs].find((fact) => !fact.known);
  if (unread !== undefined && !unread.known) return { type, status: 'Unknown', reason: 'NotYetKnown', message: unread.because.message };
  const blocked = plan.blocked !== undefined && conditionOf(plan.blocked.reason) === type ? plan.blocked : undefined;
  const trouble = blocked ?? plan.adapters.find(({ problem }) => LACKING_SOFTWARE.has(problem?.reason ?? ''))?.problem;
  if (trouble !== undefined) return { type, status: 'False', reason: asHostReason(trouble.reason), message: trouble.message };
  const open = plan.waiting === undefined ? plan.pending : (memory.lastRestart?.pending ?? []);
  const vibs = open.filter((item) => item.startsWith('vib/'));
  if (vibs.length === 0) return { type, status: 'True', reason: 'AsDeclared', message: 'every declared VIB runs' };
  const installing = plan.steps.some(({ kind }) => kind === 'InstallVib');
  const names = vibs.map((item) => item.slice('vib/'.length)).join(', ');
  return installing
    ? { type, status: 'False', reason: 'InstallingSoftware', message: `to be installed: ${names}` }
    : { type, status: 'False', reason: 'RestartPending', message: `installed, running after the next restart: ${names}` };
}

interface PartState {
  readonly known: boolean;
  /** Why it is not known, where there is more to say than that it was not seen yet. */
  readonly unseen?: string | undefined;
  /** What is still missing, in words; undefined when nothing is. */
  readonly pending: string | undefined;
}

function firmwareState({ plan, observation }: ReportInput): PartState {
  const items = plan.pending.filter(isFirmwareItem);
  const known =
    observation.host.known && plan.adapters.length > 0 && plan.adapters.every((work) => work.known || work.problem !== undefined);
  const gone = plan.adapters.filter(({ outOfReach }) => outOfReach === true).map(({ name }) => name);
  return {
    known: known && gone.length === 0,
    unseen: gone.length === 0 ? undefined : `all of adapter ${gone.join(', ')} is passed through, so its firmware cannot be read now`,
    pending: items.length === 0 ? undefined : `not in effect yet: ${items.map((item) => item.slice(item.indexOf('/') + 1)).join(', ')}`,
  };
}

function virtualFunctionState({ plan, observation, host }: ReportInput): PartState {
  const counts = observation.virtualFunctions;
  if (!counts.known) return { known: false, pending: undefined };
  const short = host.spec.adapters.flatMap((spec) => {
    const seen = observation.adapters.find(({ name }) => name === spec.name);
    if (seen === undefined || !seen.adapter.known) return [`${spec.name}: adapter not identified`];
    const { ports } = seen.adapter.value;
    return spec.ports.flatMap(({ number, vfs }) => {
      const present = counts.value[ports.find((port) => port.number === number)?.address ?? '']?.present ?? 0;
      return present === vfs ? [] : [`${spec.name} port ${number}: ${present} of ${vfs}`];
    });
  });
  return { known: plan.waiting === undefined, pending: short.length === 0 ? undefined : short.join(', ') };
}

const PENDING_REASON = {
  AdaptersIdentified: 'NotYetKnown',
  BiosConfigured: 'ConfiguringBios',
  FirmwareConfigured: 'ConfiguringFirmware',
  VirtualFunctionsPresent: 'ConfiguringDriver',
} as const satisfies Partial<Record<HostConditionType, HostReason>>;

/** A condition about one part of the work: its own problem first, then what is unknown, then what is pending. */
function part(input: ReportInput, type: keyof typeof PENDING_REASON, state: PartState): HostCondition {
  const problem = problemOf(input, type);
  if (problem !== undefined) return { type, status: 'False', reason: asHostReason(problem.reason), message: problem.message };
  if (!state.known) return { type, status: 'Unknown', reason: 'NotYetKnown', message: state.unseen ?? 'not seen yet' };
  if (state.pending !== undefined) return { type, status: 'False', reason: pendingReason(input, type), message: state.pending };
  return { type, status: 'True', reason: 'AsDeclared', message: 'as declared' };
}

/** Where nothing is under way any more, what keeps an adapter from having virtual functions says more than "being configured". */
function pendingReason({ plan }: ReportInput, type: keyof typeof PENDING_REASON): HostReason {
  const cause = plan.adapters.find(({ problem }) => problem !== undefined)?.problem;
  const idle = plan.steps.length === 0 && plan.waiting === undefined;
  return idle && cause !== undefined ? asHostReason(cause.reason) : PENDING_REASON[type];
}

function problemOf({ plan, failure }: ReportInput, type: HostConditionType): Problem | undefined {
  const unsupported = plan.adapters.flatMap((work) =>
    work.unsupported.length > 0 ? [unsupportedParameters(work.name, work.unsupported)] : [],
  );
  const problems = [failure, plan.blocked, plan.bios.problem, ...plan.adapters.map((work) => work.problem), ...unsupported];
  return problems.find((problem) => problem !== undefined && conditionOf(problem.reason) === type);
}

function conditionOf(reason: string): string | undefined {
  return REASONS.find((row) => row.reason === reason && (row.kinds as readonly string[]).includes('SriovHost'))?.condition;
}
