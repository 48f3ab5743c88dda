/** Reconciles one SriovHost: observe, plan, act, report. Effects of the four words meet only here. */

import { reasonEntry } from '../../api/reasons.ts';
import type { JournalEntry, SriovHost } from '../../api/types.ts';
import { inPart, type ReconcileContext, type ReconcileResult, type Reconciler } from '../../engine/types.ts';
import type { BmcConnector } from '../../ports/bmc.ts';
import type { Cluster, PermitAnswer, Permits } from '../../ports/cluster.ts';
import type { Downloader } from '../../ports/download.ts';
import type { EsxiConnector } from '../../ports/esxiHost.ts';
import type { VsphereConnector } from '../../ports/vsphere.ts';
import type { Fact } from '../fact.ts';
import { keyOf } from '../names.ts';
import { Patience } from '../patience.ts';
import { isRetry } from '../retry.ts';
import type { ActContext, ActPorts } from './act/context.ts';
import { askForPermit, giveBackPermit } from './act/permit.ts';
import { act, type Failure } from './act.ts';
import { announce } from './controller/announce.ts';
import { DecisionLog } from './controller/cases.ts';
import { confirm } from './controller/confirm.ts';
import { type DetachDoors, detach } from './controller/detach.ts';
import { holdsFinalizer, keepFinalizer } from './controller/finalizer.ts';
import { handBack } from './controller/handBack.ts';
import { inputOf } from './controller/input.ts';
import { isUnforeseen, reportInternalError } from './controller/internalError.ts';
import { tellOfStep } from './controller/step.ts';
import { type HostMemory, readMemory } from './memory.ts';
import { type HostIntervals, nextLook } from './nextLook.ts';
import type { HostObservation } from './observation.ts';
import { lookFurther } from './observe/further.ts';
import { observePassthrough } from './observe/passthrough.ts';
import { openPorts } from './observe/ports.ts';
import { type VsphereDoor, vsphereDoor } from './observe/vms.ts';
import { type HostPorts, observeHost } from './observe.ts';
import { forgetSatisfied, type HostPlan, planHost } from './plan.ts';
import { detachAsked } from './rules/detach.ts';
import { noteDrift } from './rules/drift.ts';
import { recordDriver } from './rules/driverRecord.ts';
import type { PlanInput } from './rules/input.ts';
import { recordPassthrough } from './rules/passthroughRecord.ts';
import { sendAgain, settleMaintenance, settleRestart } from './rules/restartProgress.ts';
import { isRestoring, takeUpVerbs } from './rules/restore.ts';
import { takeSnapshot } from './rules/snapshot.ts';
import { declaredBefore } from './rules/twins.ts';
import { SentRestarts } from './sentRestarts.ts';
import { reportDetaching } from './status/detached.ts';
import { reportHost } from './status.ts';
import { type HostStep, subjectOf } from './steps.ts';
import { noteRefusedVib } from './vibRefusal.ts';
import { forgetVainRequests } from './vmRecords.ts';

export interface HostControllerOptions {
  readonly cluster: Cluster;
  readonly permits: Permits;
  readonly esxi: EsxiConnector;
  readonly bmc: BmcConnector;
  readonly vsphere: VsphereConnector;
  readonly downloader: Downloader;
  readonly intervals: HostIntervals;
  readonly now: () => Date;
  /** Milliseconds since any moment, never going back; default: performance.now. */
  readonly elapsedMs?: () => number;
  readonly onStep?: (host: string, step: HostStep, result: JournalEntry['result'], durationMs: number) => void;
}

interface Turn {
  look: Look;
  /** As the API server has it after our last write. */
  host: SriovHost;
  readonly done: Set<string>;
}

export interface Settled {
  readonly plan: HostPlan;
  readonly next: () => ReconcileResult;
}

export interface Look {
  readonly host: SriovHost;
  readonly ports: HostPorts;
  readonly vsphere: () => Promise<Fact<VsphereDoor>>;
  readonly observation: HostObservation;
  readonly memory: HostMemory;
  /** Once the plan needed a restart permit. */
  readonly permit?: PermitAnswer;
}

export class SriovHostController implements Reconciler {
  readonly #options: HostControllerOptions;
  readonly #sent: SentRestarts;
  readonly #patience: Patience;
  readonly #decisions = new DecisionLog();

  constructor(options: HostControllerOptions) {
    const { elapsedMs = () => performance.now() } = options;
    this.#options = options;
    this.#sent = new SentRestarts(elapsedMs);
    this.#patience = new Patience(elapsedMs);
  }

  async reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult> {
    const cached = this.#options.cluster.hosts.get(key);
    if (cached === undefined || (cached.metadata.deletionTimestamp !== undefined && !holdsFinalizer(cached))) {
      this.#options.esxi.forget(key);
      this.#options.permits.withdraw(key);
      this.#sent.forget(key);
      this.#patience.forget(key);
      this.#decisions.forget(key);
      return { kind: 'done' };
    }
    try {
      return await this.#reconcile(cached, context);
    } catch (error) {
      if (isUnforeseen(error)) await reportInternalError(this.#options, cached, context);
      throw error;
    }
  }

  async #reconcile(cached: SriovHost, context: ReconcileContext): Promise<ReconcileResult> {
    const detached = await detach(this.#detachDoors(context), cached, context);
    if (detached !== undefined) return detached;
    const look = await inPart(context, 'observe', () => this.#look(cached, context));
    return look.host.metadata.deletionTimestamp === undefined
      ? (await this.#settle(look, context)).next()
      : await this.#handBack(look, context);
  }

  async #look(host: SriovHost, { signal }: ReconcileContext): Promise<Look> {
    const { cluster, esxi, now } = this.#options;
    const retryAsked = isRetry(host);
    // A person asks for another try: credentials that were rejected are tried once more, too.
    if (retryAsked) esxi.forget(keyOf(host));
    const remembered = readMemory(host, retryAsked);
    const vsphere = vsphereDoor(this.#options, host, signal);
    const ports = await openPorts(this.#options, { host, memory: remembered, vsphere }, signal);
    const twin = declaredBefore(host, cluster.hosts.list());
    const asked = { host, observation: { ...(await observeHost(ports, host.spec, signal)), ...twin } };
    const observation = await observePassthrough({ cluster, host: ports.host }, asked, signal);
    const limits = { now: now(), timeoutSeconds: host.spec.disruption.maintenanceTimeoutSeconds };
    const restarted = settleRestart({ ...remembered, ...takeUpVerbs(host, remembered) }, observation, {
      now: now(),
      sentMsAgo: this.#sent.sentMsAgo(keyOf(host), remembered.lastRestart),
    });
    const settled = settleMaintenance(retryAsked ? sendAgain(restarted, observation, now()) : restarted, observation, limits);
    const look = { host, ports, vsphere, observation, memory: recordPassthrough(recordDriver(settled, observation), observation) };
    return await lookFurther(this.#options, look, { plan: (seen) => this.#plan(seen, seen.memory, new Set()), signal });
  }

  /** Plans and acts, and once more without an adapter that failed, so that one bad adapter does not hold the others. */
  async #settle(look: Look, context: ReconcileContext): Promise<Settled> {
    const turn = { look, host: look.host, done: new Set<string>() };
    let memory = look.memory;
    let failure: Failure | undefined;
    for (let round = 0; round <= look.host.spec.adapters.length; round += 1) {
      const plan = await inPart(context, 'plan', () => this.#permittedPlan(turn, memory, context));
      if (round === 0) this.#decisions.note(look.host, { plan, input: this.#input(turn.look, memory) }, context.log);
      memory = await this.#prepare(turn, { plan, memory }, context);
      const guestHadMs = this.#patience.guestTime(keyOf(turn.host));
      const kept = forgetVainRequests(forgetSatisfied(memory, plan), plan, { now: this.#options.now(), guestHadMs });
      const noted = { ...kept, approval: plan.approval, approved: plan.approval?.hash ?? kept.approved };
      const outcome = await inPart(context, 'act', () => act(this.#actContext(turn, plan, context), noted));
      memory = noteRefusedVib(outcome.memory, outcome.failure);
      failure = outcome.failure ?? failure;
      if (outcome.failure?.adapter === undefined) break;
      const { adapter, reason, message } = outcome.failure;
      memory = { ...memory, refused: { ...memory.refused, [adapter]: { reason, message } } };
      if (reason === 'FirmwareBurnFailed') break;
    }
    const plan = this.#plan(turn.look, memory, turn.done);
    const reported = await this.#report(turn.host, { ...look, memory }, { plan, failure }, context);
    await giveBackPermit(this.#options, look.host, { memory, signal: context.signal });
    await keepFinalizer(this.#options.cluster, reported, memory, context.signal);
    context.log.debug('looked at host', { pending: plan.pending, done: [...turn.done], blocked: plan.blocked?.reason });
    const looked = { plan, failure, performed: turn.done.size, intervals: this.#options.intervals, observation: look.observation };
    return { plan, next: () => nextLook(looked) };
  }

  /** What is said and written down before anything changes: what drifted, and what was found. */
  async #prepare(turn: Turn, { plan, memory }: { plan: HostPlan; memory: HostMemory }, context: ReconcileContext): Promise<HostMemory> {
    const { host, observation } = turn.look;
    const now = this.#options.now();
    const noted = noteDrift(memory, { host, plan, observation, restoring: isRestoring(host), now });
    if (noted.drift !== undefined && memory.drift === undefined) {
      const { event } = reasonEntry('SriovHost', 'Drifted');
      if (event !== 'None')
        this.#options.cluster.event(host, { reason: 'Drifted', type: event, action: 'Observe', note: noted.drift.fields.join('; ') });
    }
    const found = takeSnapshot(noted, plan.runnable, { observation, now });
    if (found === noted) return noted;
    turn.host = await keepFinalizer(this.#options.cluster, turn.host, found, context.signal);
    turn.host = await this.#report(turn.host, { ...turn.look, memory: found }, { plan, failure: undefined }, context);
    return found;
  }

  /** A plan that takes the host down gets a permit for it first; without one it is the plan of a host that waits. */
  async #permittedPlan(turn: Turn, memory: HostMemory, { signal }: ReconcileContext): Promise<HostPlan> {
    const plan = this.#plan(turn.look, memory, turn.done);
    const permit = await askForPermit(this.#options, turn.host, { runnable: plan.runnable, memory, signal });
    if (permit === undefined || permit.granted) return plan;
    turn.look = { ...turn.look, permit };
    return this.#plan(turn.look, memory, turn.done);
  }

  #input(look: Look, memory: HostMemory): PlanInput {
    return inputOf(look, memory, { sent: this.#sent, patience: this.#patience, now: this.#options.now() });
  }

  /** The plan for what was seen, less the steps that were done since. */
  #plan(look: Look, memory: HostMemory, done: ReadonlySet<string>): HostPlan {
    const plan = planHost(this.#input(look, memory));
    const open = (step: HostStep): boolean => !done.has(stepKey(step));
    return { ...plan, steps: plan.steps.filter(open), runnable: plan.runnable.filter(open), converged: plan.converged && done.size === 0 };
  }

  #actContext(turn: Turn, plan: HostPlan, context: ReconcileContext): ActContext {
    const { look } = turn;
    const ports: ActPorts = {
      host: look.ports.host,
      bmc: look.ports.bmc,
      vsphere: look.vsphere,
      downloader: this.#options.downloader,
      now: this.#options.now,
      forgetConnection: () => this.#options.esxi.forget(keyOf(look.host)),
      persist: async (memory) => {
        await confirm(this.#options.cluster, look.host, context.signal);
        turn.host = await keepFinalizer(this.#options.cluster, turn.host, memory, context.signal);
        turn.host = await this.#report(turn.host, { ...look, memory }, { plan, failure: undefined }, context);
        this.#sent.note(keyOf(look.host), memory.lastRestart);
      },
      onStep: (step, result, durationMs) => {
        if (result !== 'Failed') turn.done.add(stepKey(step));
        tellOfStep(this.#options, look.host, { step, result, durationMs, log: context.log });
      },
    };
    return {
      ports,
      plan,
      generation: look.host.metadata.generation,
      maintenanceTimeoutSeconds: look.host.spec.disruption.maintenanceTimeoutSeconds,
      progressMs: this.#options.intervals.restartPollMs,
      bootTime: look.observation.host.known ? look.observation.host.value.bootTime : undefined,
      signal: context.signal,
    };
  }

  async #report(
    host: SriovHost,
    look: Look,
    result: { plan: HostPlan; failure: Failure | undefined },
    context: ReconcileContext,
  ): Promise<SriovHost> {
    const now = this.#options.now();
    const { observation, memory } = look;
    const detaching = detachAsked(host) !== undefined;
    // A spec that came while the steps were carried out was not acted on, so it is not called observed.
    const seen = { ...host, metadata: { ...host.metadata, generation: look.host.metadata.generation } };
    const status = detaching ? reportDetaching(seen, memory, now) : reportHost({ host: seen, observation, memory, ...result, now });
    announce(this.#options.cluster, host, status);
    return await this.#options.cluster.applyStatus('SriovHost', host, status, context.signal);
  }

  /** A deleted object: whatever was begun is finished as far as it needs to be, and the host leaves maintenance mode. */
  async #handBack(look: Look, context: ReconcileContext): Promise<ReconcileResult> {
    const settle = (): Promise<Settled> => this.#settle(look, context);
    const follow = (): Promise<void> => this.#follow(look, context);
    return await handBack({ options: this.#options, patience: this.#patience, settle, follow }, look, context);
  }

  #detachDoors(context: ReconcileContext): DetachDoors {
    return {
      options: this.#options,
      patience: this.#patience,
      look: (host) => this.#look(host, context),
      follow: (look) => this.#follow(look, context),
    };
  }

  /** Goes on with a restart that is under way, and with nothing else. */
  async #follow(look: Look, context: ReconcileContext): Promise<void> {
    const turn = { look, host: look.host, done: new Set<string>() };
    await act(this.#actContext(turn, this.#plan(look, look.memory, turn.done), context), look.memory);
  }
}

function stepKey(step: HostStep): string {
  return `${step.kind}/${subjectOf(step)}`;
}
