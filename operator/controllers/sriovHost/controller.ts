/** Reconciles one SriovHost: observe, plan, act, report. Effects of the four words meet only here. */

import { findCondition } from '../../api/conditions.ts';
import { ANNOTATIONS, HOST_FINALIZER } from '../../api/group.ts';
import { reasonEntry } from '../../api/reasons.ts';
import type { JournalEntry, SriovHost, SriovHostStatus } from '../../api/types.ts';
import type { ReconcileContext, ReconcileResult, Reconciler } from '../../engine/types.ts';
import type { BmcConnector } from '../../ports/bmc.ts';
import type { Cluster } from '../../ports/cluster.ts';
import type { EsxiConnector } from '../../ports/esxiHost.ts';
import { act, type Failure } from './act.ts';
import type { ActContext, ActPorts } from './actContext.ts';
import { type HostMemory, readMemory } from './memory.ts';
import { type HostIntervals, nextLook } from './nextLook.ts';
import type { HostObservation } from './observation.ts';
import { attempt, type HostPorts, observeHost } from './observe.ts';
import { bmcTarget, esxiTarget, keyOf } from './observeTargets.ts';
import { forgetSatisfied, type HostPlan, planHost } from './plan.ts';
import { settleMaintenance, settleRestart } from './rules/restartProgress.ts';
import { reportHost } from './status.ts';
import { asHostReason, REASON_OF_STEP } from './statusConditions.ts';
import { describe, type HostStep, subjectOf } from './steps.ts';

export interface HostControllerOptions {
  readonly cluster: Cluster;
  readonly esxi: EsxiConnector;
  readonly bmc: BmcConnector;
  readonly intervals: HostIntervals;
  readonly now: () => Date;
  readonly onStep?: (host: string, step: HostStep, result: JournalEntry['result'], durationMs: number) => void;
}

/** How long a deleted object waits for its host to be handed back, in milliseconds. */
const HAND_BACK_PATIENCE_MS = 15 * 60_000;

interface Turn {
  readonly look: Look;
  /** As the API server has it after our last write. */
  host: SriovHost;
  readonly done: Set<string>;
}

interface Look {
  readonly host: SriovHost;
  readonly ports: HostPorts;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
}

export class SriovHostController implements Reconciler {
  readonly #options: HostControllerOptions;

  constructor(options: HostControllerOptions) {
    this.#options = options;
  }

  async reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult> {
    const cached = this.#options.cluster.hosts.get(key);
    if (cached === undefined || (cached.metadata.deletionTimestamp !== undefined && !holdsFinalizer(cached))) {
      this.#options.esxi.forget(key);
      return { kind: 'done' };
    }
    const look = await this.#look(cached, context);
    return look.host.metadata.deletionTimestamp === undefined ? await this.#settle(look, context) : await this.#handBack(look, context);
  }

  async #look(host: SriovHost, { signal }: ReconcileContext): Promise<Look> {
    const { cluster, esxi, bmc, now } = this.#options;
    const retry = host.metadata.annotations?.[ANNOTATIONS.retry];
    const retryAsked = retry !== undefined && retry !== host.status?.acknowledged?.retry;
    // A person asks for another try: credentials that were rejected are tried once more, too.
    if (retryAsked) esxi.forget(keyOf(host));
    const remembered = readMemory(host, retryAsked);
    const ports: HostPorts = {
      host: await attempt(async () => await esxi.open(await esxiTarget(cluster, host, remembered.hostKeyFingerprint, signal), signal)),
      bmc: host.spec.bmc === undefined ? undefined : await attempt(async () => bmc.open(await this.#bmcTarget(host, signal))),
      now,
    };
    const observation = await observeHost(ports, host.spec, signal);
    const settled = settleMaintenance(settleRestart({ ...remembered, retry }, observation, now()), observation);
    return { host, ports, observation, memory: settled };
  }

  async #bmcTarget(host: SriovHost, signal: AbortSignal) {
    const target = await bmcTarget(this.#options.cluster, host, signal);
    if (target === undefined) throw new Error('spec.bmc is not set');
    return target;
  }

  /** Plans and acts, and once more without an adapter that failed, so that one bad adapter does not hold the others. */
  async #settle(look: Look, context: ReconcileContext): Promise<ReconcileResult> {
    const turn = { look, host: look.host, done: new Set<string>() };
    let memory = look.memory;
    let failure: Failure | undefined;
    for (let round = 0; round <= look.host.spec.adapters.length; round += 1) {
      const plan = this.#plan(look, memory, turn.done);
      const outcome = await act(this.#actContext(turn, plan, context), { ...forgetSatisfied(memory, plan), approval: plan.approval });
      memory = outcome.memory;
      failure = outcome.failure ?? failure;
      if (outcome.failure?.adapter === undefined) break;
      const { adapter, reason, message } = outcome.failure;
      memory = { ...memory, refused: { ...memory.refused, [adapter]: { reason, message } } };
      if (reason === 'FirmwareBurnFailed') break;
    }
    const plan = this.#plan(look, memory, turn.done);
    const reported = await this.#report(turn.host, { ...look, memory }, { plan, failure }, context);
    await this.#keepFinalizer(reported, memory, context);
    context.log.debug('looked at host', { pending: plan.pending, done: [...turn.done], blocked: plan.blocked?.reason });
    return nextLook({ plan, failure, performed: turn.done.size, intervals: this.#options.intervals, observation: look.observation });
  }

  /** The plan for what was seen, less the steps that were done since. */
  #plan({ host, observation }: Look, memory: HostMemory, done: ReadonlySet<string>): HostPlan {
    const { spec, metadata } = host;
    const plan = planHost({
      spec,
      generation: metadata.generation,
      annotations: metadata.annotations ?? {},
      observation,
      memory,
      now: this.#options.now(),
    });
    const open = (step: HostStep): boolean => !done.has(stepKey(step));
    return { ...plan, steps: plan.steps.filter(open), runnable: plan.runnable.filter(open), converged: plan.converged && done.size === 0 };
  }

  #actContext(turn: Turn, plan: HostPlan, context: ReconcileContext): ActContext {
    const { look } = turn;
    const ports: ActPorts = {
      host: look.ports.host,
      bmc: look.ports.bmc,
      now: this.#options.now,
      forgetConnection: () => this.#options.esxi.forget(keyOf(look.host)),
      persist: async (memory) => {
        turn.host = await this.#keepFinalizer(turn.host, memory, context);
        turn.host = await this.#report(turn.host, { ...look, memory }, { plan, failure: undefined }, context);
      },
      onStep: (step, result, durationMs) => {
        if (result !== 'Failed') turn.done.add(stepKey(step));
        this.#onStep(look.host, step, { result, durationMs }, context);
      },
    };
    return {
      ports,
      plan,
      generation: look.host.metadata.generation,
      maintenanceTimeoutSeconds: look.host.spec.disruption.maintenanceTimeoutSeconds,
      bootTime: look.observation.host.known ? look.observation.host.value.bootTime : undefined,
      signal: context.signal,
    };
  }

  #onStep(host: SriovHost, step: HostStep, done: { result: JournalEntry['result']; durationMs: number }, { log }: ReconcileContext): void {
    log.info('step', { step: step.kind, because: step.because, result: done.result, durationMs: done.durationMs });
    this.#options.onStep?.(keyOf(host), step, done.result, done.durationMs);
    const reason = REASON_OF_STEP[step.kind];
    const { event } = reasonEntry('SriovHost', reason);
    if (event === 'None' || done.result === 'Failed') return;
    this.#options.cluster.event(host, { reason, type: event, action: step.kind, note: describe(step) });
  }

  async #report(
    host: SriovHost,
    look: Look,
    result: { plan: HostPlan; failure: Failure | undefined },
    context: ReconcileContext,
  ): Promise<SriovHost> {
    const status = reportHost({ host, observation: look.observation, memory: look.memory, ...result, now: this.#options.now() });
    this.#announce(host, status);
    return await this.#options.cluster.applyStatus('SriovHost', host, status, context.signal);
  }

  /** An event when the summary changes its reason; steps announce themselves. */
  #announce(host: SriovHost, status: SriovHostStatus): void {
    const ready = findCondition(status.conditions, 'Ready');
    const before = findCondition(host.status?.conditions, 'Ready');
    if (ready === undefined || before?.reason === ready.reason || STEP_REASONS.has(ready.reason)) return;
    const reason = asHostReason(ready.reason);
    const { event } = reasonEntry('SriovHost', reason);
    if (event !== 'None') this.#options.cluster.event(host, { reason, type: event, action: 'Reconcile', note: ready.message });
  }

  /** The finalizer is there exactly while the host is in maintenance mode or restarting through us. */
  async #keepFinalizer(host: SriovHost, memory: HostMemory, { signal }: ReconcileContext): Promise<SriovHost> {
    const needed = memory.maintenanceEnteredByUs || memory.lastRestart?.state === 'Requested';
    if (needed === holdsFinalizer(host)) return host;
    const { cluster } = this.#options;
    if (needed) await cluster.addFinalizer('SriovHost', host, HOST_FINALIZER, signal);
    else await cluster.removeFinalizer('SriovHost', host, HOST_FINALIZER, signal);
    const { namespace, name } = host.metadata;
    return (await cluster.fresh('SriovHost', namespace, name, signal)) ?? host;
  }

  /** A deleted object: whatever was begun is finished as far as it needs to be, and the host leaves maintenance mode. */
  async #handBack(look: Look, context: ReconcileContext): Promise<ReconcileResult> {
    const { host, memory, observation } = look;
    const { cluster, esxi, now, intervals } = this.#options;
    const waited = now().getTime() - new Date(host.metadata.deletionTimestamp ?? 0).getTime();
    const restarting = memory.lastRestart !== undefined && memory.lastRestart.state !== 'Completed';
    const done = observation.host.known && !restarting;
    if (!done && waited < HAND_BACK_PATIENCE_MS) {
      const turn = { look, host, done: new Set<string>() };
      if (restarting) await act(this.#actContext(turn, this.#plan(look, memory, turn.done), context), memory);
      return { kind: 'requeueAfter', ms: intervals.restartPollMs };
    }
    if (done && look.ports.host.known && memory.maintenanceEnteredByUs && observation.host.value.maintenanceMode) {
      await look.ports.host.value.exitMaintenanceMode(context.signal);
    }
    if (!done) {
      cluster.event(host, {
        reason: 'HostUnreachable',
        type: 'Warning',
        action: 'HandBack',
        note: 'the host could not be handed back before the object was deleted: it may still be in maintenance mode, or off',
      });
    }
    esxi.forget(keyOf(host));
    await cluster.removeFinalizer('SriovHost', host, HOST_FINALIZER, context.signal);
    return { kind: 'done' };
  }
}

const STEP_REASONS: ReadonlySet<string> = new Set(Object.values(REASON_OF_STEP));

function holdsFinalizer(host: SriovHost): boolean {
  return host.metadata.finalizers?.includes(HOST_FINALIZER) ?? false;
}

function stepKey(step: HostStep): string {
  return `${step.kind}/${subjectOf(step)}`;
}
