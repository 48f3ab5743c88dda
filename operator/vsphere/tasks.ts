/** Waiting for tasks: by updates, with a time limit, and with the task's own fault as a typed error. */
import { isPortError, PortError } from '../ports/errors.ts';
import type { VimCall } from './codec.ts';
import { faultError } from './faults.ts';
import type { ObjectProperties } from './propertyCollector.ts';
import { requireRef } from './propertyCollector.ts';
import type { VsphereSession } from './session.ts';
import { localizedFault } from './vimFault.ts';
import { watchUntil } from './watch.ts';
import type { Ref } from './xmlNode.ts';

export interface TaskOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Percent, as the server reports it; not every task does. */
  readonly onProgress?: (percent: number) => void;
  /** A VM whose pending question would hold the task up for ever. */
  readonly questionsOf?: Ref;
}

type Outcome = { readonly ok: true } | { readonly ok: false; readonly error: PortError };

/** Starts a task and waits for its end. Rejects with the code of the task's fault, otherwise VsphereTaskFailed. */
export async function runTask(session: VsphereSession, call: VimCall, options: TaskOptions): Promise<void> {
  const task = requireRef(await session.write(call, options.signal), call.method);
  await waitForTask(session, { task, action: `${call.method} of ${call.on.value}` }, options);
}

export async function waitForTask(
  session: VsphereSession,
  { task, action }: { readonly task: Ref; readonly action: string },
  options: TaskOptions,
): Promise<void> {
  const { timeoutMs, signal, onProgress, questionsOf } = options;
  const watching = watchUntil<Outcome>(
    session,
    {
      objects: [
        { ref: task, paths: ['info.state', 'info.error', 'info.progress'] },
        ...(questionsOf === undefined ? [] : [{ ref: questionsOf, paths: ['runtime.question'] }]),
      ],
      decide: ([info, vm]) => {
        const progress = info?.number('info.progress');
        if (progress !== undefined) {
          onProgress?.(progress);
        }
        return outcomeOf(info, vm, action);
      },
      timeoutMs,
      action,
    },
    signal,
  );
  const outcome = await watching.catch((error: unknown) => {
    throw isPortError(error, 'VsphereObjectNotFound') && error.detail['obj'] === task.value ? forgotten(action, error) : error;
  });
  if (!outcome.ok) {
    throw outcome.error;
  }
}

/** A vCenter that was restarted knows the VM and not the task. */
function forgotten(action: string, cause: PortError): PortError {
  return new PortError('ConnectionLost', `the server knows nothing of ${action} any more; whether it took effect is unknown`, { cause });
}

function outcomeOf(info: ObjectProperties | undefined, vm: ObjectProperties | undefined, action: string): Outcome | undefined {
  switch (info?.text('info.state')) {
    case 'success':
      return { ok: true };
    case 'error': {
      const fault = info.node('info.error');
      const error =
        fault === undefined
          ? new PortError('VsphereTaskFailed', `${action} failed without a reason`)
          : faultError(action, localizedFault(fault), 'VsphereTaskFailed');
      return { ok: false, error };
    }
    default:
      return questionOutcome(vm, action);
  }
}

function questionOutcome(vm: ObjectProperties | undefined, action: string): Outcome | undefined {
  const question = vm?.node('runtime.question')?.textOf('text');
  if (question === undefined) {
    return undefined;
  }
  const message = `${action} waits for an answer to the question of the VM: ${question}. Remedy: answer it in the vSphere client`;
  return { ok: false, error: new PortError('VsphereTaskFailed', message, { detail: { question } }) };
}
