/** Maintenance mode of a host as a task that never outlives its caller. */
import { isPortError, PortError } from '../ports/errors.ts';
import { requireRef, retrieveOne } from './propertyCollector.ts';
import type { VsphereSession } from './session.ts';
import { runTask, waitForTask } from './tasks.ts';
import type { Ref } from './xmlNode.ts';

/** What the server gets on top of its own limit to report that its time is up. */
const GRACE_MS = 15_000;

/**
 * EnterMaintenanceMode_Task waits until no VM runs on the host any more; a timeout of 0 would wait for ever (vSphere API reference). On a
 * vCenter with fully automated DRS it moves the VMs away first.
 */
export async function enterMaintenanceMode(
  session: VsphereSession,
  hostMoRef: string,
  { timeoutSeconds, signal }: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
): Promise<void> {
  const host = hostRef(hostMoRef);
  if (await inMaintenanceMode(session, host, signal)) return;
  const timeout = Math.max(1, Math.trunc(timeoutSeconds));
  const args = { timeout, evacuatePoweredOffVms: false };
  const started = await session.write({ method: 'EnterMaintenanceMode_Task', on: host, args }, signal);
  const task = requireRef(started, 'EnterMaintenanceMode_Task');
  const action = `entering maintenance mode of ${hostMoRef}`;
  try {
    await waitForTask(session, { task, action }, { timeoutMs: timeout * 1000 + GRACE_MS, signal });
  } catch (error) {
    if (!hasEnded(error)) await cancel(session, task);
    if (!timedOut(error)) throw error;
    const detail = { ended: hasEnded(error) };
    throw new PortError('CommandTimedOut', `${action} did not end within ${timeout} s`, { cause: error, detail });
  }
}

/** A host that is in no maintenance mode any more is what was wanted. */
export async function exitMaintenanceMode(
  session: VsphereSession,
  hostMoRef: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const host = hostRef(hostMoRef);
  if (!(await inMaintenanceMode(session, host, signal))) return;
  const args = { timeout: Math.ceil(timeoutMs / 1000) };
  await runTask(session, { method: 'ExitMaintenanceMode_Task', on: host, args }, { timeoutMs, signal });
}

/** The task reported its own end; anything else leaves it running at the server. */
function hasEnded(error: unknown): boolean {
  return isPortError(error) && error.detail['fault'] !== undefined;
}

function timedOut(error: unknown): boolean {
  return isPortError(error) && (error.code === 'CommandTimedOut' || error.detail['fault'] === 'Timedout');
}

/** With a signal of its own: the caller's may be what ended the wait. Never rejects; the server's own limit is the second line. */
async function cancel(session: VsphereSession, task: Ref): Promise<void> {
  await session.write({ method: 'CancelTask', on: task }, AbortSignal.timeout(GRACE_MS)).catch(() => undefined);
}

async function inMaintenanceMode(session: VsphereSession, host: Ref, signal: AbortSignal): Promise<boolean> {
  const properties = await session.read(signal, (calls) => retrieveOne(calls, host, ['runtime.inMaintenanceMode']));
  return properties.boolean('runtime.inMaintenanceMode') ?? false;
}

function hostRef(value: string): Ref {
  return { kind: 'HostSystem', value };
}
