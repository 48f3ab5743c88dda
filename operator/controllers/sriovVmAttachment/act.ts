/** Carries a plan out: writes only, one step after another, stops at the first failure. Every step may be repeated after a crash. */
import { isDeepStrictEqual } from 'node:util';
import { rfc3339 } from '../../api/conditions.ts';
import { ATTACHMENT_FINALIZER } from '../../api/group.ts';
import type { AttachmentReason } from '../../api/reasons.ts';
import type { SriovVmAttachment } from '../../api/types.ts';
import type { Cluster } from '../../ports/cluster.ts';
import { isPortError, type PortError } from '../../ports/errors.ts';
import type { Guest } from '../../ports/guest.ts';
import type { Vm, VSphere } from '../../ports/vsphere.ts';
import type { Because } from '../fact.ts';
import { restoreDrs } from './act/drs.ts';
import { performInGuest } from './act/guest.ts';
import { powerOn, shutDown, stillOn } from './act/power.ts';
import { isRefusal, reconfigure } from './act/reconfigure.ts';
import { relocate } from './act/relocate.ts';
import { failureReason, messageOf } from './failures.ts';
import { type AttachmentMemory, forget, remember } from './memory.ts';
import { notePowerOnFailure } from './powerOnFailures.ts';
import { type AttachmentStep, describe, powersOff, subjectOf } from './steps.ts';

export interface ActPorts {
  readonly cluster: Pick<Cluster, 'addFinalizer' | 'removeFinalizer'>;
  /** Undefined where no step needs it. */
  readonly vsphere: VSphere | undefined;
  /** Writes the memory of the task into status, and the step that is about to be carried out. */
  readonly persist: (current: AttachmentStep) => Promise<void>;
  /** Undefined where no step is inside it. */
  readonly guest?: Guest | undefined;
  readonly now: () => Date;
  readonly stepFinished: (step: AttachmentStep['kind'], result: 'Succeeded' | 'Failed', seconds: number) => void;
}

export interface Task {
  readonly attachment: SriovVmAttachment;
  readonly steps: readonly AttachmentStep[];
  /** With the intents of the steps in it. */
  readonly memory: AttachmentMemory;
  /** What status has already. */
  readonly persisted: AttachmentMemory;
  /** As the plan saw it; undefined where no step touches it. */
  readonly vm: Vm | undefined;
  /** How long the guest that was asked to shut down has had, in milliseconds. */
  readonly guestHadMs: number;
  /** Longest wait for a guest within one reconcile, in milliseconds. */
  readonly waitMs: number;
  /** A step that takes longer than this, in milliseconds, is told in status while it goes on. */
  readonly tellAfterMs: number;
}

export interface Outcome {
  readonly memory: AttachmentMemory;
  /** What is left of the plan. */
  readonly left: readonly AttachmentStep[];
  readonly failure: (Because<AttachmentReason> & { readonly error: unknown }) | undefined;
  /** True while the guest is still shutting down: look again soon. */
  readonly waiting: boolean;
  /** True when the finalizer is gone: nothing may be written to the object any more. */
  readonly released: boolean;
}

export async function act(ports: ActPorts, task: Task, signal: AbortSignal): Promise<Outcome> {
  return new Actor(ports, task, signal).run();
}

class Actor {
  readonly #ports: ActPorts;
  readonly #task: Task;
  readonly #signal: AbortSignal;
  #memory: AttachmentMemory;
  #systemId = '';
  #persisted: boolean;
  /** The VM may lose its power by what was sent. */
  #powerOffSent = false;

  constructor(ports: ActPorts, task: Task, signal: AbortSignal) {
    this.#ports = ports;
    this.#task = task;
    this.#signal = signal;
    this.#memory = task.memory;
    this.#persisted = isDeepStrictEqual(intentsOf(task.memory), intentsOf(task.persisted));
  }

  async run(): Promise<Outcome> {
    const { steps } = this.#task;
    for (const [index, step] of steps.entries()) {
      const left = steps.slice(index);
      this.#signal.throwIfAborted();
      const started = this.#ports.now();
      try {
        if (!(await this.#tellIfSlow(step, () => this.#perform(step)))) return this.#outcome({ left, waiting: true });
        this.#record(step, { started, result: 'Succeeded', detail: describe(step) });
      } catch (error) {
        this.#signal.throwIfAborted();
        if (!isPortError(error)) throw error;
        this.#record(step, { started, result: 'Failed', detail: messageOf(error) });
        const because = failureReason(step.kind, error);
        await this.#drawConsequences(left, { error, because });
        return this.#outcome({ left, failure: { ...because, error } });
      }
    }
    return this.#outcome({ released: steps.some(({ kind }) => kind === 'RemoveFinalizer') });
  }

  /** The consequences of a failure for the VM and for the records. */
  async #drawConsequences(
    left: readonly AttachmentStep[],
    { error, because }: { error: PortError; because: Because<AttachmentReason> },
  ): Promise<void> {
    const kind = left[0]?.kind;
    if (kind === 'ReconfigureVm' || kind === 'RelocateVm') await this.#undo(error);
    if (kind === 'PowerOnVm') this.#notePowerOnFailure(error, because);
    if (left.some(powersOff) && (!this.#powerOffSent || isPortError(error, 'VsphereConcurrentChange'))) this.#withdraw();
  }

  /** Status tells the current step where it can be seen, without a write for each that is over in a moment. */
  async #tellIfSlow<T>(step: AttachmentStep, work: () => Promise<T>): Promise<T> {
    let told = Promise.resolve();
    const tell = async (): Promise<void> => {
      // The records are the same as before the step, so the write changes nothing that counts; if it fails, the next one tells.
      if (this.#persisted) await this.#ports.persist(step).catch(() => undefined);
    };
    const timer = setTimeout(() => {
      told = tell();
    }, this.#task.tellAfterMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      await told;
    }
  }

  /** Resolves false when the step has begun and is not over. */
  async #perform(step: AttachmentStep): Promise<boolean> {
    const { attachment } = this.#task;
    switch (step.kind) {
      case 'AddFinalizer':
        await this.#ports.cluster.addFinalizer('SriovVmAttachment', attachment, ATTACHMENT_FINALIZER, this.#signal);
        return true;
      case 'RemoveFinalizer':
        await this.#ports.cluster.removeFinalizer('SriovVmAttachment', attachment, ATTACHMENT_FINALIZER, this.#signal);
        return true;
      case 'AwaitPowerOff':
        return false;
      case 'ShutdownGuest':
        return this.#shutDown(step);
      case 'PowerOffVm': {
        const { vsphere, vm } = await this.#prepare(step);
        const running = await stillOn(vsphere, { seen: vm, repeated: this.#task.persisted.power !== undefined }, this.#signal);
        this.#powerOffSent = true;
        if (running !== undefined) await vsphere.powerOff(running.moRef, this.#signal);
        this.#notePower('poweredOff');
        return true;
      }
      case 'ReconfigureVm': {
        const { vsphere, vm } = await this.#prepare(step);
        await reconfigure(vsphere, { seen: vm, change: step.change, systemId: this.#systemId }, this.#signal);
        if (step.change.remove !== undefined && step.change.add === undefined) this.#memory = forget(this.#memory, 'device');
        return true;
      }
      case 'RelocateVm': {
        const { vsphere, vm } = await this.#prepare(step);
        await relocate(vsphere, { seen: vm, hostMoRef: step.hostMoRef }, this.#signal);
        return true;
      }
      case 'ExcludeFromDrs': {
        const { vsphere, vm } = await this.#prepare(step);
        await vsphere.setDrsLevel(vm.moRef, { hostMoRef: vm.hostMoRef, level: 'Off' }, this.#signal);
        return true;
      }
      case 'RestoreDrs': {
        const { vsphere, vm } = await this.#prepare(step);
        await restoreDrs(vsphere, { vm, level: step.level }, this.#signal);
        this.#memory = forget(this.#memory, 'drsOverride');
        return true;
      }
      case 'PowerOnVm':
        await this.#powerOn();
        return true;
      case 'ConfigureSubnetManager':
      case 'InstallSubnetManagerService':
      case 'StartSubnetManager':
        await performInGuest(this.#inside(), step, this.#signal);
        return true;
      default:
        return step satisfies never;
    }
  }

  async #shutDown(step: Extract<AttachmentStep, { kind: 'ShutdownGuest' }>): Promise<boolean> {
    const { timeoutSeconds } = step;
    const { persisted, waitMs, guestHadMs } = this.#task;
    const { vsphere, vm } = await this.#prepare(step);
    const left = timeoutSeconds * 1000 - guestHadMs;
    const repeated = persisted.power?.requestedTime !== undefined;
    const running = await stillOn(vsphere, { seen: vm, repeated }, this.#signal);
    this.#powerOffSent = true;
    const wait = { repeated, waitMs: Math.max(1, Math.min(waitMs, left)) };
    const off = running === undefined || (await shutDown(vsphere, running, wait, this.#signal));
    if (off) this.#notePower('poweredOff');
    return off;
  }

  async #powerOn(): Promise<void> {
    const { vsphere, vm } = this.#touched();
    await powerOn(vsphere, vm, this.#signal);
    const { change } = this.#memory;
    this.#memory = {
      ...forget(this.#memory, 'power', 'powerOnFailures', 'died'),
      ...(change === undefined ? {} : { change: { ...change, powerOn: false } }),
      poweredOn: { time: rfc3339(this.#ports.now()) },
    };
    this.#notePower('poweredOn');
  }

  #notePowerOnFailure(error: PortError, because: Because<AttachmentReason>): void {
    const { generation } = this.#task.attachment.metadata;
    this.#memory = notePowerOnFailure(this.#memory, { generation, error, because });
  }

  #notePower(powerState: Vm['powerState']): void {
    const { vm } = this.#memory;
    if (vm !== undefined) this.#memory = { ...this.#memory, vm: { ...vm, powerState } };
  }

  /** Before the first write to the VM: everything that can fail without harm, and then the intent. */
  async #prepare(step: AttachmentStep): Promise<{ vsphere: VSphere; vm: Vm }> {
    const touched = this.#touched();
    if (this.#systemId === '' && this.#task.steps.some((step) => step.kind === 'ReconfigureVm' && step.change.add !== undefined)) {
      this.#systemId = await touched.vsphere.systemId(touched.vm.moRef, touched.vm.hostMoRef, this.#signal);
    }
    if (!this.#persisted) await this.#ports.persist(step);
    this.#persisted = true;
    return touched;
  }

  #inside(): Guest {
    const { guest } = this.#ports;
    if (guest === undefined) throw new Error('a step inside a guest was planned without knowing the guest');
    return guest;
  }

  #touched(): { vsphere: VSphere; vm: Vm } {
    const { vsphere } = this.#ports;
    const { vm } = this.#task;
    if (vsphere === undefined || vm === undefined) throw new Error('a step for a VM was planned without knowing the VM');
    return { vsphere, vm };
  }

  /**
   * The power-off was not sent: what was intended for the first time is not owed, and the time of a guest that was not asked does not begin to
   * run.
   */
  #withdraw(): void {
    const { power, change } = this.#task.persisted;
    const rest = forget(this.#memory, 'power', 'change');
    this.#memory = { ...rest, ...(power === undefined ? {} : { power }), ...(change === undefined ? {} : { change }) };
  }

  /** vSphere refused the change after we had powered the VM off: give the VM its power back, and do not power it off for this again. */
  async #undo(error: unknown): Promise<void> {
    if (!isRefusal(error) || this.#memory.power?.poweredOffByUs !== true) return;
    const { generation } = this.#task.attachment.metadata;
    this.#memory = { ...this.#memory, refused: { generation, message: messageOf(error) } };
    const step = { kind: 'PowerOnVm', because: 'changeRefused' } as const;
    const started = this.#ports.now();
    try {
      await this.#powerOn();
      this.#record(step, { started, result: 'Succeeded', detail: describe(step) });
    } catch (failure) {
      // Stays owed: the next look plans it again.
      this.#record(step, { started, result: 'Failed', detail: messageOf(failure) });
    }
  }

  #record(step: AttachmentStep, entry: { readonly started: Date; readonly result: 'Succeeded' | 'Failed'; readonly detail: string }): void {
    const ended = this.#ports.now();
    const seconds = (ended.getTime() - entry.started.getTime()) / 1000;
    this.#ports.stepFinished(step.kind, entry.result, seconds);
    if (step.kind === 'AddFinalizer' && entry.result === 'Succeeded') return;
    this.#memory = remember(this.#memory, {
      time: rfc3339(ended),
      action: step.kind,
      subject: subjectOf(step, this.#task.vm?.name ?? ''),
      result: entry.result,
      durationSeconds: Math.max(0, Math.round(seconds)),
      detail: entry.detail.slice(0, 1024),
    });
  }

  #outcome(end: Partial<Outcome>): Outcome {
    return { memory: this.#memory, left: [], failure: undefined, waiting: false, released: false, ...end };
  }
}

function intentsOf({ device, restore, power, change, drsOverride }: AttachmentMemory): unknown {
  return { device, restore, power, change, drsOverride };
}
