/**
 * What the controllers need from the inside of a VM, through VMware Tools: run a program, see processes, read and write small text files.
 * Linux guests only. `vsphere/` implements it.
 *
 * Rejects with GuestCredentialsRejected (the guest refused user or password), GuestUnavailable (VMware Tools do not answer or lack the
 * operation), GuestPermissionDenied (the account may not do this), GuestProgramFailed (anything else in the guest), CommandTimedOut, and
 * the codes of vSphere.
 */

export interface GuestCredentials {
  readonly username: string;
  readonly password: string;
}

export interface GuestCommand {
  /** Absolute path in the guest. */
  readonly program: string;
  /** Passed on as they are, whatever they contain. */
  readonly args: readonly string[];
  /** Time for the program to end, in milliseconds; it is ended when the time is up. */
  readonly timeoutMs: number;
}

export interface GuestResult {
  readonly exitCode: number;
  /** Standard output and standard error as they came, at most 1 MiB. */
  readonly output: string;
}

export interface GuestProcess {
  readonly pid: number;
  readonly name: string;
  readonly commandLine: string;
}

export interface GuestFile {
  readonly content: string;
  /** As chmod takes it, for example 0o644. */
  readonly permissions: number;
}

export interface Guest {
  /** A program that fails resolves too: its exit code is a result. */
  run(command: GuestCommand, signal: AbortSignal): Promise<GuestResult>;
  /** All that run now. */
  processes(signal: AbortSignal): Promise<readonly GuestProcess[]>;
  /** Undefined where there is no such file. At most 1 MiB. */
  readFile(path: string, signal: AbortSignal): Promise<GuestFile | undefined>;
  /** Puts the whole file in place at once: a reader sees the old content or the new. Makes missing folders. */
  writeFile(path: string, file: GuestFile, signal: AbortSignal): Promise<void>;
  /** A new folder for the time of `work`; removed with all that is in it, also when `work` fails. */
  inTemporaryFolder<T>(work: (path: string) => Promise<T>, signal: AbortSignal): Promise<T>;
}
