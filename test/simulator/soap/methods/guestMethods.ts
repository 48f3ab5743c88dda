/** GuestProcessManager and GuestFileManager: log-in for every call, programs, files and the addresses for their transfer. */
import type { SimGuest } from '../../guest/simGuest.ts';
import type { SimVm } from '../../world/vm.ts';
import { SimFault } from '../../world/vmFault.ts';
import type { Call, Method } from '../call.ts';
import { managedObjectNotFound } from '../collector/propertyQuery.ts';
import { sameRef } from '../objects/managedObject.ts';
import { array, dateTime, derived, int, long, object, string, type Value } from '../wire/values.ts';

interface Inside {
  readonly vm: SimVm;
  readonly guest: SimGuest;
  readonly username: string;
}

export const guestMethods: Readonly<Record<string, Method>> = {
  StartProgramInGuest: (call) => {
    const { guest, username } = enter(call);
    const spec = call.parameters.object('spec');
    const program = spec.string('programPath');
    // A shell starts it, so a program that is missing is an exit code; a path that is not absolute is refused.
    if (!program.startsWith('/')) throw fileNotFound(program);
    return { value: long(guest.start(username, program, spec.string('arguments')).pid) };
  },
  ListProcessesInGuest: (call) => {
    const { guest } = enter(call);
    const pids = call.parameters.numbers('pids');
    const wanted = guest.processes().filter(({ pid }) => pids.length === 0 || pids.includes(pid));
    return { value: array('GuestProcessInfo', wanted.map(processInfo)) };
  },
  TerminateProcessInGuest: (call) => {
    const { guest } = enter(call);
    const pid = call.parameters.number('pid');
    if (!guest.kill(pid)) throw new SimFault('GuestProcessNotFound', 'The guest process does not exist.', { pid });
    return {};
  },
  InitiateFileTransferFromGuest: (call) => {
    const { vm, guest } = enter(call);
    const path = call.parameters.string('guestFilePath');
    const file = guest.files.get(path);
    if (file === undefined) throw fileNotFound(path);
    const url = addressFor(call, vm, { guest, path, direction: 'from', permissions: file.permissions });
    // stat(2) format: a regular file.
    const attributes = derived('GuestPosixFileAttributes', {
      ownerId: int(0),
      groupId: int(0),
      permissions: long(0o100000 + file.permissions),
    });
    return { value: object('FileTransferInformation', { attributes, size: long(Buffer.byteLength(file.content)), url: string(url) }) };
  },
  InitiateFileTransferToGuest: (call) => {
    const { vm, guest } = enter(call);
    const path = call.parameters.string('guestFilePath');
    if (guest.files.has(path) && !call.parameters.boolean('overwrite')) throw alreadyExists(path);
    const permissions = call.parameters.object('fileAttributes').optionalNumber('permissions') ?? 0o644;
    return { value: string(addressFor(call, vm, { guest, path, direction: 'to', permissions })) };
  },
  MoveFileInGuest: (call) => {
    const { guest } = enter(call);
    const [from, to] = [call.parameters.string('srcFilePath'), call.parameters.string('dstFilePath')];
    const file = guest.files.get(from);
    if (file === undefined) throw fileNotFound(from);
    if (guest.files.has(to) && !call.parameters.boolean('overwrite')) throw alreadyExists(to);
    guest.files.delete(from);
    guest.files.set(to, file);
    return {};
  },
  MakeDirectoryInGuest: (call) => {
    const { guest } = enter(call);
    const path = call.parameters.string('directoryPath');
    if ([...guest.files.keys()].some((name) => name.startsWith(`${path}/`)) || path === '/etc') throw alreadyExists(path);
    guest.files.set(`${path}/`, { content: '', permissions: 0o755 });
    return {};
  },
  CreateTemporaryDirectoryInGuest: (call) => ({ value: string(enter(call).guest.newFolder(call.parameters.string('prefix'))) }),
  DeleteDirectoryInGuest: (call) => {
    enter(call).guest.removeFolder(call.parameters.string('directoryPath'));
    return {};
  },
};

/** Every call brings its own log-in: the guest must run, its Tools answer, and user and password be right. */
function enter({ service, parameters }: Call): Inside {
  const { view } = service;
  const wanted = parameters.ref('vm');
  const vm = view.vms().find((other) => sameRef(view.naming.vm(other), wanted));
  if (vm === undefined) throw managedObjectNotFound(wanted);
  if (vm.powerState !== 'poweredOn') {
    const fields = { requestedState: 'poweredOn', existingState: vm.powerState };
    throw new SimFault('InvalidPowerState', 'The attempted operation cannot be performed in the current state.', fields);
  }
  const guest = view.inventory.guests.of(vm);
  if (!vm.toolsRunning || guest === undefined) {
    throw new SimFault('GuestOperationsUnavailable', 'The guest operations agent could not be contacted.');
  }
  const auth = parameters.object('auth');
  const username = auth.string('username');
  if (guest.login(username, auth.string('password')) === undefined) {
    throw new SimFault('InvalidGuestLogin', 'Failed to authenticate with the guest operating system using the supplied credentials.');
  }
  return { vm, guest, username };
}

/** A host names itself by an asterisk, a vCenter names the host of the VM. */
function addressFor(
  { service }: Call,
  vm: SimVm,
  ticket: { readonly guest: SimGuest; readonly path: string; readonly direction: 'from' | 'to'; readonly permissions: number },
): string {
  const { guests } = service.view.inventory;
  const token = guests.newTicket({ vm, ...ticket });
  const server = service.view.apiType === 'HostAgent' ? '*' : (guests.endpointOf(vm.hostId)?.server ?? 'unknown.invalid');
  return `https://${server}/guestFile?id=${vm.number}&token=${token}`;
}

function processInfo({ pid, name, owner, commandLine, exitCode }: ReturnType<SimGuest['processes']>[number]): Value {
  const now = new Date();
  return object('GuestProcessInfo', {
    name: string(name),
    pid: long(pid),
    owner: string(owner),
    cmdLine: string(commandLine),
    startTime: dateTime(now),
    ...(exitCode === undefined ? {} : { endTime: dateTime(now), exitCode: int(exitCode) }),
  });
}

function fileNotFound(file: string): SimFault {
  return new SimFault('FileNotFound', `File ${file} was not found.`, { file });
}

function alreadyExists(file: string): SimFault {
  return new SimFault('FileAlreadyExists', `File ${file} already exists.`, { file });
}
