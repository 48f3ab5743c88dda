/** Rules: who may stop us. Each gives a reason not to change the host now, or nothing; the first one counts. */

import { createHash } from 'node:crypto';
import { ANNOTATIONS } from '../../../api/group.ts';
import type { SriovHostStatus } from '../../../api/types.ts';
import type { ExpectedStep, HostStep } from '../steps.ts';
import { describe, needsPermission } from '../steps.ts';
import { coverageOf, coversAll } from './approvedSteps.ts';
import type { Blocked, PlanInput } from './input.ts';
import { permitRefused } from './permit.ts';
import { declaredTwice } from './twins.ts';
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
  /** By which this plan is approved, see {@link offeredHash}. */
  readonly hash: string;
  /** The approval to work under from now on, where one is needed and given. */
  readonly approval: SriovHostStatus['approval'];
}

export function askPermission(input: PlanInput, proposal: Proposal): Permission {
  const none = { approval: input.memory.approval, hash: proposal.hash };
  if (!proposal.steps.some(needsPermission)) return { ...none, blocked: undefined };
  const offered = { ...proposal, hash: offeredHash(input, proposal) };
  const approval = findApproval(input, offered);
  const blocked =
    readOnly(input) ??
    (approval === 'missing' ? approvalMissing(offered, input) : undefined) ??
    runningVms(input, proposal) ??
    permitRefused(input, proposal.steps);
  return { blocked, hash: offered.hash, approval: approval === 'missing' ? input.memory.approval : approval };
}

/**
 * The hash of the plan, but never the one that was approved last, once that approval is used up: its annotation is still there, and a host
 * that drifts to where it was would be restarted by it, months after somebody said yes.
 */
function offeredHash(input: PlanInput, proposal: Proposal): string {
  const { hash } = proposal;
  if (input.spec.disruption.approval === 'Automatic' || hash !== input.memory.approved || covered(input, proposal) !== undefined)
    return hash;
  return createHash('sha256').update(`${hash} once more`).digest('hex').slice(0, hash.length);
}

/** Observe, hold and an older object for the same machine stop every write, also the harmless ones. */
export function readOnly(input: PlanInput): Blocked | undefined {
  if (input.spec.mode === 'Observe') {
    return { reason: 'ObserveOnly', message: 'spec.mode is Observe: the plan is shown and nothing is written; set it to Enforce to go on' };
  }
  if (input.annotations[ANNOTATIONS.hold] !== undefined) {
    return { reason: 'OnHold', message: `the annotation ${ANNOTATIONS.hold} is set: nothing is written; remove it to go on` };
  }
  return declaredTwice(input);
}

/** An approval names one plan by its hash and covers the rest of it, step by step, but nothing that was not shown and not one restart more. */
function findApproval(input: PlanInput, { steps, expected, hash, restarts, restart }: Proposal): SriovHostStatus['approval'] | 'missing' {
  const { spec, annotations, generation } = input;
  if (spec.disruption.approval === 'Automatic') return undefined;
  const held = covered(input, { steps, restart });
  if (held !== undefined) return held;
  const covers = [...coverageOf(steps, expected)];
  return annotations[ANNOTATIONS.approve] === hash ? { hash, generation, restarts, used: 0, covers } : 'missing';
}

/** The approval that is in use, where it is for all of these steps. */
function covered({ memory: { approval: held } }: PlanInput, { steps, restart }: Pick<Proposal, 'steps' | 'restart'>) {
  if (held === undefined || held.used + (restart === undefined ? 0 : 1) > held.restarts) return undefined;
  return coversAll(held, steps) ? held : undefined;
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
