/** The kept connection of one target: opened when needed, reopened when lost, closed when idle; one command at a time. */
import { isPortError, PortError } from '../ports/errors.ts';
import type { EsxiTarget } from '../ports/esxiHost.ts';
import type { ConnectRequest } from './connect.ts';
import type { Connection } from './connection.ts';
import type { EsxiLog, ExecOptions, ExecResult } from './exec.ts';
import { accepts, type HostKeyPolicy } from './hostKey.ts';
import { SerialQueue } from './serialQueue.ts';
import { withoutUserInfo } from './text.ts';
import type { Timeouts } from './timeouts.ts';

/** A command that ran, for metrics and logs; the exit code is undefined where none arrived. */
export interface CommandReport {
  readonly host: string;
  readonly command: string;
  readonly exitCode: number | undefined;
  readonly durationMs: number;
}

export interface SessionOptions {
  readonly timeouts: Timeouts;
  readonly log: EsxiLog;
  readonly onCommand: (report: CommandReport) => void;
  readonly connect: (target: EsxiTarget, request: ConnectRequest, signal: AbortSignal) => Promise<Connection>;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #queue = new SerialQueue();
  #target: EsxiTarget;
  #connection: Connection | undefined;
  #fingerprint: string | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(target: EsxiTarget, options: SessionOptions) {
    this.#target = target;
    this.#options = options;
  }

  /** Of the key that was accepted last; empty before the first connection. */
  get hostKeyFingerprint(): string {
    return this.#fingerprint ?? '';
  }

  /** True if this session serves the target too: same address and credentials, and a host key that its list accepts. */
  adopt(target: EsxiTarget): boolean {
    if (this.#ended || identityOf(target) !== identityOf(this.#target)) return false;
    const policy = { fingerprints: target.hostKeyFingerprints, trustOnFirstUse: target.trustOnFirstUse };
    if (this.#fingerprint !== undefined && !accepts(policy, this.#fingerprint)) return false;
    this.#target = target;
    return true;
  }

  async connect(signal: AbortSignal): Promise<void> {
    await this.#inTurn(() => this.#connected(signal), signal);
  }

  /** See `Exec`. A command that the host had not begun when the connection broke is sent once more on a new one. */
  readonly exec = (command: string, options: ExecOptions, signal: AbortSignal): Promise<ExecResult> =>
    this.#inTurn(async () => {
      try {
        return await this.#execOnce(command, options, signal);
      } catch (error) {
        if (!wasNeverBegun(error) || this.#ended) throw error;
        this.#options.log.debug('ssh connection was dead, opening it again', { address: this.#target.address });
        return this.#execOnce(command, options, signal);
      }
    }, signal);

  /** Takes no new commands and closes when those under way have ended: a burn outlives a rotated Secret. */
  retire(): void {
    this.#ended = true;
    if (this.#queue.size === 0) this.#disconnect();
  }

  /** Closes at once; commands under way end with ConnectionLost. */
  close(): void {
    this.#ended = true;
    this.#disconnect();
  }

  async #inTurn<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T> {
    clearTimeout(this.#idleTimer);
    try {
      return await this.#queue.run(
        task,
        signal,
        () => new PortError('Aborted', `a command for ${this.#target.address} was given up`, { cause: signal.reason }),
      );
    } finally {
      if (this.#queue.size === 0) this.#becomeIdle();
    }
  }

  async #execOnce(command: string, options: ExecOptions, signal: AbortSignal): Promise<ExecResult> {
    const connection = await this.#connected(signal);
    const begin = performance.now();
    const report = (exitCode: number | undefined): void => {
      const durationMs = Math.round(performance.now() - begin);
      this.#options.onCommand({ host: this.#target.address, command: withoutUserInfo(command), exitCode, durationMs });
    };
    try {
      const result = await connection.exec(command, options, signal);
      report(result.exitCode);
      return result;
    } catch (error) {
      if (!wasNeverBegun(error)) report(undefined);
      throw error;
    }
  }

  async #connected(signal: AbortSignal): Promise<Connection> {
    if (this.#ended)
      throw new PortError('ConnectionLost', `the connection to ${this.#target.address} was closed`, { detail: { started: false } });
    if (this.#connection?.open === true) return this.#connection;
    const { address, port, credentials } = this.#target;
    const request: ConnectRequest = { address, port, credentials, policy: this.#policy(), timeouts: this.#options.timeouts };
    this.#connection = undefined;
    const connection = await this.#options.connect(this.#target, request, signal);
    if (this.#ended) {
      connection.close();
      throw new PortError('ConnectionLost', `the connection to ${address} was closed`, { detail: { started: false } });
    }
    this.#connection = connection;
    this.#fingerprint = connection.hostKeyFingerprint;
    this.#options.log.debug('ssh connected', { address, hostKeyFingerprint: this.#fingerprint });
    return connection;
  }

  /** A key that was trusted on first use is the only one from then on. */
  #policy(): HostKeyPolicy {
    const { hostKeyFingerprints, trustOnFirstUse } = this.#target;
    const pinned = hostKeyFingerprints.length === 0 && this.#fingerprint !== undefined ? [this.#fingerprint] : hostKeyFingerprints;
    return { fingerprints: pinned, trustOnFirstUse };
  }

  #becomeIdle(): void {
    if (this.#ended) this.#disconnect();
    else this.#idleTimer = setTimeout(() => this.#disconnect(), this.#options.timeouts.idleMs).unref();
  }

  #disconnect(): void {
    clearTimeout(this.#idleTimer);
    this.#connection?.close();
    this.#connection = undefined;
  }
}

function wasNeverBegun(error: unknown): boolean {
  return isPortError(error, 'ConnectionLost') && error.detail['started'] === false;
}

function identityOf({ address, port, credentials }: EsxiTarget): string {
  return JSON.stringify([address, port, credentials.username, credentials.password, credentials.privateKey]);
}
