/** When to look at a host again. Pure but for jitter. */

import type { Problem } from '../../api/types.ts';
import type { ReconcileResult } from '../../engine/types.ts';
import type { Failure } from './act.ts';
import type { HostObservation } from './observation.ts';
import type { HostPlan } from './plan.ts';
import { hostStalls } from './status/conditions.ts';

/** How often to look, in milliseconds. */
export interface HostIntervals {
  /** At rest, to notice drift; jittered by a tenth. */
  readonly recheckMs: number;
  /** While a restart is under way. */
  readonly restartPollMs: number;
  /** While something that a person does is awaited, such as VMs that must be moved. */
  readonly blockedPollMs: number;
}

export interface LookedAt {
  readonly plan: HostPlan;
  readonly failure: Failure | undefined;
  readonly performed: number;
  readonly observation: HostObservation;
  readonly intervals: HostIntervals;
}

/** A look that failed in a way that may pass by itself: the queue backs off. The object's status already says why. */
export class LookAgain extends Error {
  override readonly name = 'LookAgain';
}

/** What a person, or somebody else's VM, decides: looking faster does not help, backing off for hours would not either. */
const AWAITED: ReadonlySet<string> = new Set([
  'RunningVmsBlock',
  'EvacuationBlocked',
  'MaintenanceModeNotOurs',
  'WaitingForPermit',
  'ApprovalRequired',
  'OnHold',
  'ObserveOnly',
  'ManualPowerCycleRequired',
  'HostDeclaredTwice',
  'BmcDeclaredTwice',
  'BmcAddressInvalid',
  'RestartTimedOut',
  'RestartNotObserved',
]);

export function nextLook(looked: LookedAt): ReconcileResult {
  const { plan, failure, performed, intervals } = looked;
  const rest: ReconcileResult = { kind: 'requeueAfter', ms: intervals.recheckMs * (0.9 + Math.random() * 0.2) };
  if (failure !== undefined && !(performed > 0 && hostStalls(failure.reason))) return afterObstacle(failure, intervals, rest);
  if (plan.waiting !== undefined) return { kind: 'requeueAfter', ms: intervals.restartPollMs };
  if (performed > 0) return { kind: 'requeueAfter', ms: 0 };
  if (plan.converged || plan.blocked?.reason === 'Restored') return rest;
  if (plan.blocked !== undefined) return afterObstacle(plan.blocked, intervals, rest);
  const passing = passingTrouble(looked);
  return passing === undefined ? rest : afterObstacle(passing, intervals, rest);
}

/** Throws where the trouble may pass by itself. */
function afterObstacle({ reason, message }: Problem, intervals: HostIntervals, rest: ReconcileResult): ReconcileResult {
  if (reason === 'ShuttingDownVms') return { kind: 'requeueAfter', ms: intervals.restartPollMs };
  if (AWAITED.has(reason)) return { kind: 'requeueAfter', ms: intervals.blockedPollMs };
  if (hostStalls(reason)) return rest;
  throw new LookAgain(`${reason}: ${message}`);
}

function passingTrouble({ plan, observation }: LookedAt): Problem | undefined {
  const adapter = plan.adapters.find(({ problem }) => problem !== undefined && !hostStalls(problem.reason));
  if (adapter?.problem !== undefined) return adapter.problem;
  const facts = [observation.vibs, observation.allAdapters, observation.driverOptions, observation.virtualFunctions];
  for (const fact of facts) if (!fact.known) return fact.because;
  return undefined;
}
