/** One SSH connection that is logged in, and one command at a time on it. */
import type { Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import { PortError } from '../ports/errors.ts';
import type { ExecOptions, ExecResult } from './exec.ts';
import { feed } from './feed.ts';
import { withoutUserInfo } from './text.ts';

/** An exec channel may come with next to no PATH (`export` form as in VMware's own scripts). */
export const COMMAND_PREFIX = 'export PATH=/bin:/sbin:/usr/bin:/usr/sbin:/usr/lib/vmware/bin:$PATH; ';

/** More output than any command of ours has; `hardware pci list` of a large host is below 1 MiB. */
export const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

export interface ConnectionParts {
  readonly client: Client;
  readonly socket: Socket;
  readonly host: string;
  readonly hostKeyFingerprint: string;
  readonly execMs: number;
}

export class Connection {
  readonly hostKeyFingerprint: string;
  readonly #parts: ConnectionParts;
  #open = true;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.hostKeyFingerprint = parts.hostKeyFingerprint;
    parts.socket.once('close', () => {
      this.#open = false;
    });
  }

  get open(): boolean {
    return this.#open && this.#parts.socket.writable;
  }

  /**
   * See `Exec`. A command that is given up is not ended on the host: sshd has no such request that works, and with
   * MaxSessions 1 its session stays taken until it ends. So the connection goes with it.
   */
  async exec(command: string, options: ExecOptions, signal: AbortSignal): Promise<ExecResult> {
    const { client, host, execMs } = this.#parts;
    const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
    const giveUp = (error: unknown): void => {
      reject(error);
      this.#parts.socket.destroy();
    };
    if (signal.aborted) throw aborted(host, signal);

    let started = false;
    const lost = (): void => reject(connectionLost(host, started));
    const onAbort = (): void => giveUp(aborted(host, signal));
    const timer = setTimeout(() => giveUp(timedOut(host, command)), options.timeoutMs ?? execMs);
    client.once('close', lost);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      client.exec(COMMAND_PREFIX + command, (error, channel) => {
        if (error !== undefined) return giveUp(channelRefused(host, error));
        started = true;
        collect(channel, host).then(resolve, giveUp);
        if (options.stdin === undefined) channel.end();
        else feed(options.stdin, channel).catch(giveUp);
      });
    } catch {
      lost();
    }
    return promise.finally(() => {
      clearTimeout(timer);
      client.off('close', lost);
      signal.removeEventListener('abort', onAbort);
    });
  }

  /** Says goodbye; whatever runs on the connection is lost. */
  close(): void {
    this.#open = false;
    this.#parts.client.end();
    this.#parts.socket.destroySoon();
  }
}

/** Resolves when the channel is closed and both streams are read to their ends. */
async function collect(channel: ClientChannel, host: string): Promise<ExecResult> {
  const output = new BoundedOutput();
  const { promise: overflow, reject } = Promise.withResolvers<never>();
  const receive = (chunks: Buffer[]) => (chunk: Buffer) => {
    if (!output.add(chunks, chunk)) reject(new PortError('OutputNotUnderstood', `a command on ${host} printed more than 32 MiB`));
  };
  channel.on('data', receive(output.stdout));
  channel.stderr.on('data', receive(output.stderr));
  const exit = new Promise<number>((resolve, fail) => {
    let code: number | null | undefined;
    let signalName: string | undefined;
    channel.on('exit', (status: number | null, name?: string) => {
      code = status;
      signalName = name;
    });
    const close = (): void => {
      if (typeof code === 'number') resolve(code);
      else fail(signalName === undefined ? connectionLost(host, true) : killed(host, signalName));
    };
    const stderrClosed = new Promise<void>((done) => channel.stderr.once('close', done));
    channel.once('close', () => void stderrClosed.then(close));
  });
  const exitCode = await Promise.race([exit, overflow]);
  return { exitCode, stdout: Buffer.concat(output.stdout).toString('utf8'), stderr: Buffer.concat(output.stderr).toString('utf8') };
}

class BoundedOutput {
  readonly stdout: Buffer[] = [];
  readonly stderr: Buffer[] = [];
  #bytes = 0;

  add(chunks: Buffer[], chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > MAX_OUTPUT_BYTES) return false;
    chunks.push(chunk);
    return true;
  }
}

/** `started`: whether the host had begun the command, so that it may have taken effect. */
function connectionLost(host: string, started: boolean): PortError {
  return new PortError('ConnectionLost', `the connection to ${host} was lost${started ? ' while a command was running' : ''}`, {
    detail: { started },
  });
}

function channelRefused(host: string, error: Error): PortError {
  if (error.message === 'Unable to exec') {
    return new PortError('CommandFailed', `${host} does not let this user run commands over SSH`, { cause: error });
  }
  return new PortError('ConnectionLost', `${host} opens no session on the kept connection`, { cause: error, detail: { started: false } });
}

/** First words only: arguments may be long, and the message must not change from run to run. */
function timedOut(host: string, command: string): PortError {
  const words = command.split(' ').slice(0, 4).join(' ');
  return new PortError('CommandTimedOut', `${words} on ${host} did not end in time`, { detail: { command: withoutUserInfo(command) } });
}

function killed(host: string, signalName: string): PortError {
  return new PortError('CommandFailed', `a command on ${host} was ended by ${signalName}`);
}

function aborted(host: string, signal: AbortSignal): PortError {
  return new PortError('Aborted', `a command on ${host} was given up`, { cause: signal.reason });
}
