/** Power operations of a VM. Each ends well when the VM is already in the wanted state. */
import { isPortError, PortError } from '../ports/errors.ts';
import type { VmPowerState } from '../ports/vsphere.ts';
import type { MethodName } from './order.ts';
import { retrieveOne } from './propertyCollector.ts';
import { toPowerState } from './readVms.ts';
import type { VsphereSession } from './session.ts';
import { runTask, type TaskOptions } from './tasks.ts';
import { watchUntil } from './watch.ts';
import type { Ref } from './xmlNode.ts';

export type PowerOptions = Pick<TaskOptions, 'signal' | 'timeoutMs' | 'onProgress'>;

export async function powerOn(session: VsphereSession, moRef: string, options: PowerOptions): Promise<void> {
  await switchTo(session, moRef, { ...options, method: 'PowerOnVM_Task', state: 'poweredOn' });
}

/** Cuts the power of the guest at once. */
export async function powerOff(session: VsphereSession, moRef: string, options: PowerOptions): Promise<void> {
  await switchTo(session, moRef, { ...options, method: 'PowerOffVM_Task', state: 'poweredOff' });
}

/** Asks VMware Tools and returns at once; the power state follows when the guest is done. */
export async function shutdownGuest(session: VsphereSession, moRef: string, signal: AbortSignal): Promise<void> {
  const vm = vmRef(moRef);
  if ((await readPowerState(session, vm, signal)) === 'poweredOff') {
    return;
  }
  try {
    await session.write({ method: 'ShutdownGuest', on: vm }, signal);
  } catch (error) {
    refuseUnlessIn(error, 'poweredOff');
  }
}

/** Resolves when the VM is in `state`; rejects with CommandTimedOut after `timeoutMs`. */
export async function waitForPowerState(
  session: VsphereSession,
  moRef: string,
  wanted: PowerOptions & { state: VmPowerState },
): Promise<void> {
  const watch = {
    objects: [{ ref: vmRef(moRef), paths: ['runtime.powerState'] }],
    decide: ([vm]: readonly { text(path: string): string | undefined }[]) => vm?.text('runtime.powerState') === wanted.state || undefined,
    timeoutMs: wanted.timeoutMs,
    action: `the wait for ${moRef} to be ${wanted.state}`,
  };
  await watchUntil(session, watch, wanted.signal);
}

interface Switch extends PowerOptions {
  readonly method: MethodName;
  readonly state: VmPowerState;
}

async function switchTo(session: VsphereSession, moRef: string, { method, state, ...options }: Switch): Promise<void> {
  const vm = vmRef(moRef);
  if ((await readPowerState(session, vm, options.signal)) === state) {
    return;
  }
  try {
    await runTask(session, { method, on: vm }, { ...options, questionsOf: vm });
  } catch (error) {
    refuseUnlessIn(error, state);
  }
}

/** Somebody else was quicker: the VM is where it should be. */
function refuseUnlessIn(error: unknown, state: VmPowerState): void {
  const quicker = isPortError(error) && error.detail['fault'] === 'InvalidPowerState' && error.detail['existingState'] === state;
  if (!quicker) {
    throw error;
  }
}

async function readPowerState(session: VsphereSession, vm: Ref, signal: AbortSignal): Promise<VmPowerState> {
  return await session.read(signal, async (calls) => {
    const properties = await retrieveOne(calls, vm, ['runtime.powerState', 'runtime.question']);
    const question = properties.node('runtime.question')?.textOf('text');
    if (question !== undefined) {
      const message = `${vm.value} waits for an answer to a question: ${question}. Remedy: answer it in the vSphere client`;
      throw new PortError('VsphereTaskFailed', message, { detail: { question } });
    }
    return toPowerState(properties.text('runtime.powerState'));
  });
}

function vmRef(moRef: string): Ref {
  return { kind: 'VirtualMachine', value: moRef };
}
