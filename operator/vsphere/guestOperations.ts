/** `ports/guest.ts` by the guest operations of vSphere. */
import type { Guest, GuestCommand, GuestFile, GuestProcess, GuestResult } from '../ports/guest.ts';
import type { GuestAccess } from './guestCalls.ts';
import { inGuestFolder, readGuestFile, writeGuestFile } from './guestFiles.ts';
import { listProcesses, runProgram } from './guestPrograms.ts';
import type { TransferSettings } from './guestTransfer.ts';

export class VsphereGuest implements Guest {
  readonly #access: GuestAccess;
  readonly #transfers: TransferSettings;

  constructor(access: GuestAccess, transfers: TransferSettings) {
    this.#access = access;
    this.#transfers = transfers;
  }

  run(command: GuestCommand, signal: AbortSignal): Promise<GuestResult> {
    return this.inTemporaryFolder(async (folder) => {
      const file = `${folder}/output`;
      const exitCode = await runProgram(this.#access, command, file, signal);
      return { exitCode, output: (await this.readFile(file, signal))?.content ?? '' };
    }, signal);
  }

  processes(signal: AbortSignal): Promise<readonly GuestProcess[]> {
    return listProcesses(this.#access, signal);
  }

  readFile(path: string, signal: AbortSignal): Promise<GuestFile | undefined> {
    return readGuestFile(this.#access, this.#transfers, path, signal);
  }

  writeFile(path: string, file: GuestFile, signal: AbortSignal): Promise<void> {
    return writeGuestFile(this.#access, this.#transfers, { path, ...file }, signal);
  }

  inTemporaryFolder<T>(work: (path: string) => Promise<T>, signal: AbortSignal): Promise<T> {
    return inGuestFolder(this.#access, work, signal);
  }
}
