/** What a command on the host gives back, and what may be said about how it is run. */

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ExecOptions {
  /** From the start of the command, not counting the wait for its turn. */
  readonly timeoutMs?: number;
  /** Sent to the command's standard input, which is closed afterwards; without it, standard input is closed at once. */
  readonly stdin?: AsyncIterable<Uint8Array>;
}

/**
 * Runs one command line to its end, one at a time per host, and resolves whatever its exit code is. Rejects with
 * `ConnectionLost` (detail `started`: true once the host had accepted the command), `CommandTimedOut`, `Aborted`, or
 * what opening the connection rejects with.
 */
export type Exec = (command: string, options: ExecOptions, signal: AbortSignal) => Promise<ExecResult>;

/** The few words of a logger that this folder needs; a winston logger has them. */
export interface EsxiLog {
  debug(message: string, fields?: Readonly<Record<string, unknown>>): void;
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
