/** Rules: who may stop us. Each gives a reason not to change the host now, or nothing; the first one counts. */

import { ANNOTATIONS } from '../../../api/group.ts';
import type { SriovHostStatus } from '../../../api/types.ts';
import type { ExpectedStep, HostStep } from '../steps.ts';
import { describe, needsPermission } from '../steps.ts';
import { coverageOf, coversAll } from './approvedSteps.ts';
import type { Blocked, PlanInput } from './input.ts';
import { permitRefused } from './permit.ts';
import { planVms } from './vms.ts';

export interface Proposal {
  readonly steps: readonly HostStep[];
  readonly expected: readonly ExpectedStep[];
  readonly hash: string;
  readonly restarts: number;
  readonly restart: HostStep | undefined;
}

export interface Permission {
  readonly blocked: Blocked | undefined;
  /** The approval to work under from now on, where one is needed and given. */
  readonly approval: SriovHostStatus['approval'];
}

export function askPermission(input: PlanInput, proposal: Proposal): Permission {
  const none = { approval: input.memory.approval };
  if (!proposal.steps.some(needsPermission)) return { ...none, blocked: undefined };
  const approval = findApproval(input, proposal);
  const blocked =
    readOnly(input) ??
    (approval === 'missing' ? approvalMissing(proposal, input) : undefined) ??
    runningVms(input, proposal) ??
    permitRefused(input, proposal.steps);
  return { blocked, approval: approval === 'missing' ? input.memory.approval : approval };
}

/** Observe and hold stop every write, also the harmless ones. */
export function readOnly(input: PlanInput): Blocked | undefined {
  if (input.spec.mode === 'Observe') {
    return { reason: 'ObserveOnly', message: 'spec.mode is Observe: the plan is shown and nothing is written; set it to Enforce to go on' };
  }
  if (input.annotations[ANNOTATIONS.hold] !== undefined) {
    return { reason: 'OnHold', message: `the annotation ${ANNOTATIONS.hold} is set: nothing is written; remove it to go on` };
  }
  return undefined;
}

/** An approval names one plan by its hash and covers the rest of it, step by step, but nothing that was not shown and not one restart more. */
function findApproval(
  { spec, annotations, memory, generation }: PlanInput,
  { steps, expected, hash, restarts, restart }: Proposal,
): SriovHostStatus['approval'] | 'missing' {
  if (spec.disruption.approval === 'Automatic') return undefined;
  const held = memory.approval;
  const enough = held !== undefined && held.used + (restart === undefined ? 0 : 1) <= held.restarts;
  if (enough && coversAll(held, steps)) return held;
  const covers = [...coverageOf(steps, expected)];
  return annotations[ANNOTATIONS.approve] === hash ? { hash, generation, restarts, used: 0, covers } : 'missing';
}

function approvalMissing({ hash, restarts, steps }: Proposal, { object }: PlanInput): Blocked {
  const [first] = steps;
  if (first !== undefined && !needsPermission(first)) {
    // It needs no approval and may show more: a hash offered now would not be that of the plan a moment later.
    return { reason: 'Verifying', message: `${describe(first)}; then the plan is complete and can be approved` };
  }
  const who = object === undefined ? '<name>' : `${object.name} -n ${object.namespace}`;
  return {
    reason: 'ApprovalRequired',
    message: `the plan in status.plan, with ${restarts === 1 ? 'one restart' : `${restarts} restarts`}, waits for approval: kubectl annotate sriovhost ${who} --overwrite ${ANNOTATIONS.approve}=${hash}`,
  };
}

function runningVms(input: PlanInput, { restart }: Proposal): Blocked | undefined {
  if (restart === undefined) return undefined;
  if (input.spec.disruption.runningVms !== 'Block') return planVms(input).blocked;
  const { observation } = input;
  if (!observation.runningVms.known) return { ...observation.runningVms.because };
  const names = observation.runningVms.value.map(({ name }) => name).sort();
  if (names.length === 0) return undefined;
  return {
    reason: 'RunningVmsBlock',
    message: `${names.length} VM(s) run on this host and spec.disruption.runningVms is Block: ${shorten(names)}; move or shut them down and the operator goes on by itself`,
  };
}

function shorten(names: readonly string[]): string {
  return names.length <= 10 ? names.join(', ') : `${names.slice(0, 10).join(', ')} and ${names.length - 10} more`;
}
