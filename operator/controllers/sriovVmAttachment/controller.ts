/** Reconciles SriovVmAttachment: observe, plan, act, report. */
import { isDeepStrictEqual } from 'node:util';
import type { AttachmentReason } from '../../api/reasons.ts';
import type { SriovVmAttachment, SriovVmAttachmentStatus } from '../../api/types.ts';
import { inPart, type ReconcileContext, type ReconcileResult, type Reconciler, TerminalError } from '../../engine/types.ts';
import { type Cluster, StaleObject } from '../../ports/cluster.ts';
import { PortError } from '../../ports/errors.ts';
import type { Guest } from '../../ports/guest.ts';
import type { VsphereConnector } from '../../ports/vsphere.ts';
import type { Because } from '../fact.ts';
import { INTERNAL_ERROR } from '../internalError.ts';
import { hostKeyOf, keyOf } from '../names.ts';
import { Patience } from '../patience.ts';
import { isRetry, wishOf } from '../retry.ts';
import { type ActPorts, act, type Outcome } from './act.ts';
import { Claims, type ClaimsSeen, NO_CLAIMS } from './claims.ts';
import { event, eventsBetween } from './events.ts';
import { isLinkPending } from './guest/look.ts';
import { noteDeath } from './guestDeath.ts';
import { intend } from './intents.ts';
import { KeyedMutex } from './keyedMutex.ts';
import { type AttachmentMemory, readMemory } from './memory.ts';
import { withGuest } from './observe/guestStage.ts';
import { RejectedLogins } from './observe/login.ts';
import { RejectedGuests } from './observe/rejectedGuests.ts';
import { type Look, NOTHING_SEEN, observe } from './observe.ts';
import { deviceWords } from './physicalFunction.ts';
import { NOTHING, type Plan, plan } from './plan.ts';
import { DEFAULT_INTERVALS, type Intervals, nextLook } from './schedule.ts';
import { bringUpToDate, close } from './settle.ts';
import { type Report, report } from './status.ts';
import type { AttachmentStep } from './steps.ts';
import { asLookedAt, holdOf, isGone, withRetry } from './verbs.ts';

export interface AttachmentControllerOptions {
  readonly cluster: Cluster;
  readonly vsphere: VsphereConnector;
  readonly now: () => Date;
  /** Milliseconds since any moment, never going back; default: performance.now. */
  readonly elapsedMs?: () => number;
  readonly intervals?: Intervals;
  /** A number in [0, 1), for jitter. */
  readonly random?: () => number;
  /** A card came out of a VM on this host (`namespace/name` of the SriovHost): others may wait for what it held. */
  readonly cardRemoved?: (hostKey: string) => void;
  /** For metrics. */
  readonly stepFinished?: ActPorts['stepFinished'];
}

interface Considered extends Look {
  readonly attachment: SriovVmAttachment;
  readonly plan: Plan;
  readonly held: Because<AttachmentReason> | undefined;
  readonly retry: boolean;
  /** Undefined where the guest was not reached or not asked. */
  readonly guest?: Guest | undefined;
  /** The step that is being carried out. */
  readonly current?: AttachmentStep;
}

const DONE: ReconcileResult = { kind: 'done' };

export class AttachmentController implements Reconciler {
  readonly #options: AttachmentControllerOptions;
  readonly #intervals: Intervals;
  readonly #mutex = new KeyedMutex();
  readonly #claims = new Claims();
  readonly #patience: Patience;
  readonly #rejected: RejectedLogins;
  readonly #rejectedGuests: RejectedGuests;

  constructor(options: AttachmentControllerOptions) {
    this.#options = options;
    this.#rejected = new RejectedLogins(options.now);
    this.#rejectedGuests = new RejectedGuests(options.now);
    this.#intervals = options.intervals ?? DEFAULT_INTERVALS;
    this.#patience = new Patience(options.elapsedMs ?? (() => performance.now()));
  }

  async reconcile(key: string, context: ReconcileContext): Promise<ReconcileResult> {
    const attachment = this.#options.cluster.attachments.get(key);
    if (attachment === undefined || isGone(attachment)) {
      this.#patience.forget(key);
      return DONE;
    }
    try {
      return await this.#reconcile(attachment, context);
    } catch (error) {
      // Somebody else wrote or re-created the object: the next look starts from what it is then.
      if (error instanceof StaleObject) return { kind: 'requeueAfter', ms: this.#intervals.powerPollMs };
      if (!(error instanceof PortError || error instanceof TerminalError)) await this.#reportUnknown(attachment, context);
      throw error;
    }
  }

  /**
   * A quiet look needs only what is in memory of Kubernetes and of vSphere. Before anything is written, object and VM are looked at again where
   * they are, one attachment of a VM at a time.
   */
  async #reconcile(attachment: SriovVmAttachment, context: ReconcileContext): Promise<ReconcileResult> {
    const first = await this.#consider(attachment, context, { fromMemory: true });
    if (!mayAct(first) && isDeepStrictEqual(this.#statusOf(first, 'Idle'), attachment.status)) return this.#next(first, undefined);
    const turn = `${first.login?.server ?? ''} ${first.memory.vm?.moRef ?? keyOf(attachment)}`;
    return this.#mutex.run(turn, () => this.#change(attachment, context), context.signal);
  }

  async #change({ metadata }: SriovVmAttachment, context: ReconcileContext): Promise<ReconcileResult> {
    const { signal } = context;
    const attachment = await this.#options.cluster.fresh('SriovVmAttachment', metadata.namespace, metadata.name, signal);
    if (attachment === undefined || isGone(attachment)) return DONE;
    const { considered, release } = await this.#claims.during(async (seen) => {
      const decided = await this.#consider(attachment, context, { seen });
      return { considered: decided, release: mayAct(decided) ? this.#claims.take(seen, decided) : undefined };
    });
    if (!mayAct(considered)) {
      await this.#write(considered, 'Idle', signal);
      return this.#next(considered, undefined);
    }
    // Somebody else was quicker, who may have taken the last function.
    if (release === undefined) return { kind: 'requeueAfter', ms: this.#intervals.powerPollMs };
    const { outcome, latest } = await inPart(context, 'act', () => this.#act(considered, context)).finally(release);
    if (cardRemoved(considered.plan, outcome)) this.#options.cardRemoved?.(hostKeyOf(attachment));
    if (outcome.released) {
      this.#announceRelease(considered, outcome);
      return DONE;
    }
    const stopped = outcome.failure !== undefined || outcome.waiting;
    // The end is not what was sent but what vSphere shows.
    const after = stopped
      ? { ...considered, attachment: latest, memory: outcome.memory, plan: { ...considered.plan, steps: outcome.left } }
      : await this.#consider(latest, context, { memory: outcome.memory });
    await this.#write(after, outcome.waiting ? 'ShuttingDown' : 'Idle', signal, outcome.failure);
    return this.#next(after, outcome);
  }

  /** `memory`: what act knows beyond the status. */
  async #consider(
    attachment: SriovVmAttachment,
    context: ReconcileContext,
    { memory, fromMemory = false, seen = NO_CLAIMS }: { memory?: AttachmentMemory; fromMemory?: boolean; seen?: ClaimsSeen } = {},
  ): Promise<Considered> {
    const { cluster, vsphere, now } = this.#options;
    const retry = isRetry(attachment);
    const wish = retry ? wishOf(attachment) : undefined;
    if (wish !== undefined) this.#rejectedGuests.ask(wish);
    const recorded = memory ?? withRetry(readMemory(attachment), retry);
    const ports = { cluster, vsphere, rejected: this.#rejected };
    const look = await inPart(context, 'observe', () =>
      observe(ports, { attachment, memory: recorded, retry, fromMemory, claimed: seen.keys }, context.signal),
    );
    const current = noteDeath(bringUpToDate(look.memory, look.observation), look.observation, now());
    const guestHadMs = this.#guestHadMs(attachment, current);
    const input = { attachment, memory: current, observation: look.observation, now: now(), guestHadMs, retry };
    const planned = inPart(context, 'plan', () => plan(input));
    const closed = close(current, planned, { guestHadMs, timeoutSeconds: attachment.spec.powerPolicy.timeoutSeconds });
    const outside = { ...look, attachment, memory: closed, plan: planned, held: holdOf(attachment, look.observation), retry };
    const inside = await inPart(context, 'observe', () => withGuest({ cluster, rejected: this.#rejectedGuests }, outside, context.signal));
    return { ...outside, ...inside };
  }

  async #act(considered: Considered, { signal, log }: ReconcileContext): Promise<{ outcome: Outcome; latest: SriovVmAttachment }> {
    const { attachment, observation, login, retry } = considered;
    const { cluster, now, stepFinished = () => undefined } = this.#options;
    const { steps } = considered.plan;
    const vm = observation.vm.known ? observation.vm.value : undefined;
    const intent = { steps, vm, originalMemory: observation.originalMemory, now: now(), retry };
    const memory = vm === undefined ? considered.memory : intend(considered.memory, { ...intent, vm });
    const persisted = readMemory(attachment);
    let latest = attachment;
    log.info('acting on the plan', { steps: steps.map(({ kind }) => kind) });
    const persist = async (current: AttachmentStep): Promise<void> => {
      latest = asLookedAt(await this.#write({ ...considered, attachment: latest, memory, current }, 'Acting', signal), attachment);
    };
    const task = {
      attachment,
      steps,
      memory,
      persisted,
      vm,
      guestHadMs: this.#guestHadMs(attachment, memory),
      waitMs: this.#intervals.powerWaitMs,
      tellAfterMs: this.#intervals.tellAfterMs ?? 2_000,
    };
    const outcome = await act({ cluster, vsphere: login?.vsphere, guest: considered.guest, persist, now, stepFinished }, task, signal);
    if (login !== undefined) this.#rejected.note(login.identity, outcome.failure?.error);
    return { outcome, latest };
  }

  #guestHadMs(attachment: SriovVmAttachment, { power }: AttachmentMemory): number {
    return power?.requestedTime === undefined ? 0 : this.#patience.waitedMs(keyOf(attachment), power.requestedTime);
  }

  /** One status write, and none when nothing changed. Resolves with the object as it is then. */
  async #write(
    considered: Considered,
    phase: Report['phase'],
    signal: AbortSignal,
    failure?: Because<AttachmentReason>,
  ): Promise<SriovVmAttachment> {
    const { cluster } = this.#options;
    const { attachment } = considered;
    const status = this.#statusOf(considered, phase, failure);
    if (isDeepStrictEqual(status, attachment.status)) return attachment;
    const written = await cluster.applyStatus('SriovVmAttachment', attachment, status, signal);
    for (const input of eventsBetween(attachment.status, status)) cluster.event(attachment, input);
    return written;
  }

  #statusOf(considered: Considered, phase: Report['phase'], failure?: Because<AttachmentReason>): SriovVmAttachmentStatus {
    return report({ ...considered, phase, failure, now: this.#options.now() });
  }

  /** The object is gone or about to go, so events are all that is left to tell by. */
  #announceRelease({ attachment, plan: { leftBehind }, memory }: Considered, outcome: Outcome): void {
    const reason = leftBehind === undefined ? 'Detached' : 'CardLeftBehind';
    const note = leftBehind ?? `${deviceWords(memory.device)} is out of VM ${memory.vm?.name}.`;
    const nothingToTell = leftBehind === undefined && memory.device === undefined;
    const events = [
      ...eventsBetween(attachment.status, { journal: outcome.memory.journal }),
      ...(nothingToTell ? [] : event(reason, { action: 'RemoveFinalizer', note })),
    ];
    for (const input of events) this.#options.cluster.event(attachment, input);
  }

  /** An error that nobody foresaw: the log has it, and the object says that there is one. Its records stay as they are written. */
  async #reportUnknown({ metadata }: SriovVmAttachment, { signal, log }: ReconcileContext): Promise<void> {
    const failure = { reason: 'InternalError', message: INTERNAL_ERROR } as const;
    const blind = { observation: NOTHING_SEEN, login: undefined, plan: NOTHING, held: undefined, retry: false };
    try {
      signal.throwIfAborted();
      const attachment = await this.#options.cluster.fresh('SriovVmAttachment', metadata.namespace, metadata.name, signal);
      if (attachment === undefined || attachment.metadata.uid !== metadata.uid) return;
      await this.#write({ ...blind, attachment, memory: readMemory(attachment) }, 'Idle', signal, failure);
    } catch (error) {
      log.warn('the internal error could not be reported in status', { error });
    }
  }

  /** Throws what the engine backs off for, and a TerminalError where only a change helps. */
  #next({ plan: planned, held, observation, memory }: Considered, outcome: Outcome | undefined): ReconcileResult {
    const waiting = outcome?.waiting === true;
    const takesBack = outcome?.failure !== undefined && memory.refused?.takeBack === true && memory.device !== undefined;
    const ending = {
      plan: planned,
      held: held !== undefined,
      waiting,
      failure: outcome?.failure,
      takesBack,
      linkPending: isLinkPending(observation),
      unseen: observation.failure,
    };
    const next = nextLook(ending, this.#intervals, (this.#options.random ?? Math.random)());
    switch (next.kind) {
      case 'After':
        return { kind: 'requeueAfter', ms: next.ms };
      case 'Stalled':
        throw new TerminalError(next.message, { cause: next.cause });
      case 'Failed':
        throw next.error;
      default:
        return next satisfies never;
    }
  }
}

/** A step that is not left was carried out. */
function cardRemoved({ steps }: Plan, { left }: Outcome): boolean {
  return steps.some((step) => step.kind === 'ReconfigureVm' && step.change.remove !== undefined && !left.includes(step));
}

function mayAct({ plan: { steps, blocked }, held }: Considered): boolean {
  return steps.length > 0 && blocked === undefined && held === undefined;
}
