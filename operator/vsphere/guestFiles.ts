/** Small text files in a guest. */
import { PortError } from '../ports/errors.ts';
import type { GuestFile } from '../ports/guest.ts';
import { askGuest, changeGuest, type GuestAccess, isAlreadyThere, isFileNotFound } from './guestCalls.ts';
import { type TransferSettings, transfer } from './guestTransfer.ts';

const MAX_BYTES = 1024 * 1024;
const TIDY_UP_MS = 10_000;
const DEFAULT_PERMISSIONS = 0o644;

/** Undefined where there is no such file. */
export async function readGuestFile(
  access: GuestAccess,
  settings: TransferSettings,
  path: string,
  signal: AbortSignal,
): Promise<GuestFile | undefined> {
  const answer = await initiate(access, path, signal);
  const information = answer?.child('returnval');
  const url = information?.textOf('url');
  if (answer === undefined) return undefined;
  if (url === undefined) throw new PortError('OutputNotUnderstood', 'the answer to InitiateFileTransferFromGuest has no address');
  const size = information?.numberOf('size') ?? 0;
  if (size > MAX_BYTES) throw new PortError('GuestProgramFailed', `${path} in the guest has ${size} bytes; at most ${MAX_BYTES} are read`);
  const permissions = information?.child('attributes')?.numberOf('permissions') ?? DEFAULT_PERMISSIONS;
  const content = await transfer(access.session, settings, { url, method: 'GET', vmMoRef: access.vmMoRef }, signal);
  return { content, permissions: permissions & 0o7777 };
}

async function initiate(access: GuestAccess, path: string, signal: AbortSignal) {
  try {
    return await askGuest(access, { method: 'InitiateFileTransferFromGuest', args: { guestFilePath: path } }, signal);
  } catch (error) {
    if (isFileNotFound(error)) return undefined;
    throw error;
  }
}

/** Beside the file first, then in its place with one move. */
export async function writeGuestFile(
  access: GuestAccess,
  settings: TransferSettings,
  { path, content, permissions }: GuestFile & { readonly path: string },
  signal: AbortSignal,
): Promise<void> {
  await makeFolder(access, path.slice(0, path.lastIndexOf('/')), signal);
  const beside = `${path}.sriov-operator-new`;
  const args = {
    guestFilePath: beside,
    fileAttributes: { $type: 'GuestPosixFileAttributes', permissions },
    fileSize: Buffer.byteLength(content),
    overwrite: true,
  };
  const answer = await changeGuest(access, { method: 'InitiateFileTransferToGuest', args }, signal);
  const url = answer.textOf('returnval') ?? '';
  await transfer(access.session, settings, { url, method: 'PUT', body: content, vmMoRef: access.vmMoRef }, signal);
  await changeGuest(access, { method: 'MoveFileInGuest', args: { srcFilePath: beside, dstFilePath: path, overwrite: true } }, signal);
}

async function makeFolder(access: GuestAccess, path: string, signal: AbortSignal): Promise<void> {
  if (path === '') return;
  try {
    await changeGuest(access, { method: 'MakeDirectoryInGuest', args: { directoryPath: path, createParentDirectories: true } }, signal);
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
}

/** A folder that only its maker may enter, for the time of `work`. */
export async function inGuestFolder<T>(access: GuestAccess, work: (path: string) => Promise<T>, signal: AbortSignal): Promise<T> {
  const args = { prefix: 'sriov-operator-', suffix: '' };
  const answer = await changeGuest(access, { method: 'CreateTemporaryDirectoryInGuest', args }, signal);
  const path = answer.textOf('returnval') ?? '';
  if (!path.startsWith('/')) throw new PortError('OutputNotUnderstood', 'the answer to CreateTemporaryDirectoryInGuest has no path');
  try {
    return await work(path);
  } finally {
    // Also after an abort; what stays behind is an empty name in a temporary folder.
    const tidy = AbortSignal.timeout(TIDY_UP_MS);
    await changeGuest(access, { method: 'DeleteDirectoryInGuest', args: { directoryPath: path, recursive: true } }, tidy).catch(
      () => undefined,
    );
  }
}
