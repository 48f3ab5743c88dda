/** Calls of the guest operations: whom they are sent to, with what log-in, and their faults as errors of ours. */
import { isPortError, PortError, type PortErrorCode } from '../ports/errors.ts';
import type { GuestCredentials } from '../ports/guest.ts';
import type { VimValue } from './codec.ts';
import type { MethodName } from './order.ts';
import { retrieveOne } from './propertyCollector.ts';
import type { Calls, VsphereSession } from './session.ts';
import type { Ref, XmlNode } from './xmlNode.ts';

/** Faults that mean something else inside a guest than for vSphere itself. */
const IN_GUEST: Readonly<Record<string, PortErrorCode>> = {
  GuestOperationsFault: 'GuestProgramFailed',
  FileFault: 'GuestProgramFailed',
  FileNotFound: 'GuestProgramFailed',
  FileAlreadyExists: 'GuestProgramFailed',
  FileLocked: 'GuestProgramFailed',
  FileTooLarge: 'GuestProgramFailed',
  FileNotWritable: 'GuestProgramFailed',
  CannotAccessFile: 'GuestProgramFailed',
  NoDiskSpace: 'GuestProgramFailed',
  DirectoryNotEmpty: 'GuestProgramFailed',
  NotADirectory: 'GuestProgramFailed',
  NotAFile: 'GuestProgramFailed',
  InvalidArgument: 'GuestProgramFailed',
  InvalidPowerState: 'GuestUnavailable',
  InvalidState: 'GuestUnavailable',
};

export interface GuestAccess {
  readonly session: VsphereSession;
  readonly vmMoRef: string;
  readonly credentials: GuestCredentials;
}

type Manager = 'processManager' | 'fileManager';

export interface GuestCall {
  readonly method: MethodName;
  /** Beside `vm` and `auth`. */
  readonly args?: Readonly<Record<string, VimValue>>;
}

/** A call that changes nothing, repeated once after a new log-in at vSphere. Never repeated at the guest. */
export async function askGuest(access: GuestAccess, call: GuestCall, signal: AbortSignal): Promise<XmlNode> {
  return translated(() =>
    access.session.read(signal, async (calls) =>
      calls.call({ method: call.method, on: await managerFor(calls, call.method), args: argsOf(access, call) }),
    ),
  );
}

/** A call that changes something in the guest: sent once. */
export async function changeGuest(access: GuestAccess, call: GuestCall, signal: AbortSignal): Promise<XmlNode> {
  const on = await access.session.read(signal, (calls) => managerFor(calls, call.method));
  return translated(() => access.session.write({ method: call.method, on, args: argsOf(access, call) }, signal));
}

/** True for the fault of a file that is not there. */
export function isFileNotFound(error: unknown): boolean {
  return isPortError(error) && error.detail['fault'] === 'FileNotFound';
}

export function isAlreadyThere(error: unknown): boolean {
  return isPortError(error) && error.detail['fault'] === 'FileAlreadyExists';
}

function argsOf({ vmMoRef, credentials }: GuestAccess, call: GuestCall): Readonly<Record<string, VimValue>> {
  const { username, password } = credentials;
  return {
    vm: { kind: 'VirtualMachine', value: vmMoRef },
    auth: { $type: 'NamePasswordAuthentication', interactiveSession: false, username, password },
    ...call.args,
  };
}

async function managerFor(calls: Calls, method: MethodName): Promise<Ref> {
  const { guestOperationsManager } = calls.content;
  const manager: Manager = method.includes('Process') || method.includes('Program') ? 'processManager' : 'fileManager';
  const ref = guestOperationsManager && (await retrieveOne(calls, guestOperationsManager, [manager])).refOf(manager);
  if (ref === undefined) throw new PortError('GuestUnavailable', 'the vSphere server offers no guest operations');
  return ref;
}

async function translated<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = isPortError(error, 'VsphereFault') ? IN_GUEST[String(error.detail['fault'])] : undefined;
    throw code === undefined || !isPortError(error) ? error : new PortError(code, error.message, { cause: error, detail: error.detail });
  }
}
