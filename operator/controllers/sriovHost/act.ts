/**
 * Carries out the runnable steps of a plan, one after another. Stops at the first failure, and after a restart. What must survive a
 * crash of the operator is persisted before the command goes out.
 */

import { rfc3339 } from '../../api/conditions.ts';
import { HOST_REASON_OF_ERROR } from '../../api/reasons/portErrorReasons.ts';
import type { JournalEntry, Problem } from '../../api/types.ts';
import { isPortError, type PortError } from '../../ports/errors.ts';
import { forceOff, stageBiosAttributes } from './act/bios.ts';
import { type ActContext, StepRefused } from './act/context.ts';
import { burnFirmware, removeFirmwareImage, stageFirmwareImage } from './act/firmware.ts';
import { enterMaintenance, exitMaintenance } from './act/maintenance.ts';
import { setPassthrough } from './act/passthrough.ts';
import { powerOn, repeatRestart, restart } from './act/power.ts';
import { installVib, setDriverOptions, setFirmwareParameters, startMst } from './act/staging.ts';
import { powerOnVms, shutDownVm } from './act/vms.ts';
import { journalWords } from './journal.ts';
import { type HostMemory, remember } from './memory.ts';
import { shownLocation } from './shownLocation.ts';
import { describe, type HostStep, subjectOf } from './steps.ts';
import { vibRefusal } from './vibRefusal.ts';

export interface Failure extends Problem {
  /** Set when the failure is one adapter's and the others go on. */
  readonly adapter: string | undefined;
  readonly step: HostStep;
}

export interface Outcome {
  readonly memory: HostMemory;
  readonly performed: number;
  readonly failure: Failure | undefined;
}

export async function act(context: ActContext, memory: HostMemory): Promise<Outcome> {
  let current = memory;
  let performed = 0;
  const persist = async (memory: HostMemory): Promise<void> => {
    await context.ports.persist(memory);
    current = memory;
  };
  const noting: ActContext = { ...context, ports: { ...context.ports, persist } };
  for (const step of context.plan.runnable) {
    context.signal.throwIfAborted();
    const before = current;
    const began = context.ports.now();
    const journal = (result: JournalEntry['result'], detail: string): JournalEntry => {
      const durationMs = Math.max(0, context.ports.now().getTime() - began.getTime());
      context.ports.onStep(step, result, durationMs);
      return {
        time: rfc3339(context.ports.now()),
        action: step.kind,
        subject: subjectOf(step),
        result,
        durationSeconds: Math.round(durationMs / 1000),
        ...journalWords(step),
        detail: detail.slice(0, 1024),
      };
    };
    try {
      current = await perform(step, noting, current);
      performed += 1;
      current = remember(current, journal(isRestart(step) ? 'Sent' : 'Succeeded', describe(step)));
    } catch (error) {
      if (isPortError(error, 'Aborted') || context.signal.aborted) throw error;
      if (!isPortError(error) && !(error instanceof StepRefused)) throw error;
      const failure = toFailure(step, error);
      current = remember(surelyWithoutEffect(error) ? before : current, journal('Failed', `${failure.reason}: ${failure.message}`));
      return { memory: current, performed, failure };
    }
  }
  return { memory: current, performed, failure: undefined };
}

function perform(step: HostStep, context: ActContext, memory: HostMemory): Promise<HostMemory> {
  switch (step.kind) {
    case 'StartMst':
      return startMst(context, memory);
    case 'InstallVib':
      return installVib(step, context, memory);
    case 'StageFirmwareImage':
      return stageFirmwareImage(step, context, memory);
    case 'RemoveFirmwareImage':
      return removeFirmwareImage(step, context, memory);
    case 'BurnFirmware':
      return burnFirmware(step, context, memory);
    case 'SetFirmwareParameters':
      return setFirmwareParameters(step, context, memory);
    case 'SetDriverOptions':
      return setDriverOptions(step, context, memory);
    case 'SetPassthrough':
      return setPassthrough(step, context, memory);
    case 'StageBiosAttributes':
      return stageBiosAttributes(step, context, memory);
    case 'EnterMaintenance':
      return enterMaintenance(step, context, memory);
    case 'ShutDownVm':
    case 'PowerOffVm':
      return shutDownVm(step, context, memory);
    case 'PowerOnVms':
      return powerOnVms(step, context, memory);
    case 'ExitMaintenance':
      return exitMaintenance(context, memory);
    case 'WarmReboot':
    case 'ColdCycle':
      return restart(step, context, memory);
    case 'RepeatRestartCommand':
      return repeatRestart(step, context, memory);
    case 'ForceOff':
      return forceOff(context, memory);
    case 'PowerOn':
      return powerOn(context, memory);
    default:
      return step satisfies never;
  }
}

function isRestart(step: HostStep): boolean {
  return ['WarmReboot', 'ColdCycle', 'RepeatRestartCommand', 'ForceOff', 'PowerOn'].includes(step.kind);
}

function toFailure(step: HostStep, error: PortError | StepRefused): Failure {
  const adapter = 'adapter' in step ? step.adapter : undefined;
  if (error instanceof StepRefused) return { reason: error.reason, message: error.message, adapter, step };
  return { ...refine(step, error), adapter, step };
}

/** A failed command in the words of the step that it belongs to. */
function refine(step: HostStep, error: PortError): Problem {
  const plain = { reason: HOST_REASON_OF_ERROR[error.code], message: error.message };
  if (step.kind === 'PowerOnVms') return { reason: 'VmNotRestored', message: error.message };
  if (error.code !== 'CommandFailed') return plain;
  switch (step.kind) {
    case 'InstallVib':
      return vibRefusal(step.name, shownLocation(step.source.location), error);
    case 'EnterMaintenance':
      return { reason: 'MaintenanceTimedOut', message: `the host did not enter maintenance mode: ${error.message}` };
    case 'StageFirmwareImage':
      return {
        reason: 'CommandFailed',
        message: `adapter ${step.adapter}: the image could not be copied to ${step.path}: ${error.message}; check that the folder exists and that its datastore has space`,
      };
    case 'BurnFirmware':
      if (error.detail['burnNotBegun'] === true) return { reason: 'CommandFailed', message: `adapter ${step.adapter}: ${error.message}` };
      return {
        reason: 'FirmwareBurnFailed',
        message: `adapter ${step.adapter}: ${error.message}; the host is not restarted until somebody has looked at the adapter and annotates the object with sriov.esxi.io/retry`,
      };
    case 'SetFirmwareParameters':
      return refineSet(step.adapter, error);
    default:
      return plain;
  }
}

const NUM_OF_VFS = 'NUM_OF_VFS';

function refineSet(adapter: string, error: PortError): Problem {
  const { maximum, parameter, unsupportedParameter } = error.detail;
  if (maximum !== undefined && (parameter ?? NUM_OF_VFS) === NUM_OF_VFS) {
    return {
      reason: 'VfCountExceedsDevice',
      message: `adapter ${adapter}: the device allows at most ${maximum} for ${NUM_OF_VFS}; lower vfs or firmwareVfs`,
    };
  }
  if (maximum !== undefined) {
    const message = `adapter ${adapter}: the device allows at most ${maximum} for ${parameter}; correct it in spec.adapters[].parameters`;
    return { reason: 'ParameterRefused', message };
  }
  if (unsupportedParameter !== undefined)
    return { reason: 'ParameterRefused', message: `adapter ${adapter}: the device does not support ${unsupportedParameter}; remove it` };
  if (/Illegal constraint|smaller than minimum|Cannot set the value|Cannot parse|is not valid|Read only|rejected/i.test(error.message)) {
    return { reason: 'ParameterRefused', message: `adapter ${adapter}: ${error.message}` };
  }
  return { reason: 'CommandFailed', message: `adapter ${adapter}: ${error.message}` };
}

/**
 * True when the host itself said no: what was noted beforehand is taken back, so that a refused command never counts as sent. A lost
 * connection or a time-out says nothing about the effect, and the note stays until the host shows what happened.
 */
function surelyWithoutEffect(error: PortError | StepRefused): boolean {
  if (error instanceof StepRefused) return !error.written;
  return error.code === 'CommandFailed' || error.code === 'ToolMissing';
}
