/** One SSH connection that is logged in, and one command at a time on it. */
import type { Socket } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import { PortError } from '../ports/errors.ts';
import { collect, connectionLost } from './collect.ts';
import type { ExecOptions, ExecResult } from './exec.ts';
import { feed } from './feed.ts';
import { withoutUserInfo } from './text.ts';

/** An exec channel may come with next to no PATH (`export` form as in VMware's own scripts). */
export const COMMAND_PREFIX = 'export PATH=/bin:/sbin:/usr/bin:/usr/sbin:/usr/lib/vmware/bin:$PATH; ';

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
    this.#openChannel(command, (error, channel) => {
      if (channel === undefined) return giveUp(error === undefined ? connectionLost(host, false) : channelRefused(host, error));
      started = true;
      collect(channel, host).then(resolve, giveUp);
      if (options.stdin === undefined) channel.end();
      else feed(options.stdin, channel).catch(giveUp);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      client.off('close', lost);
      signal.removeEventListener('abort', onAbort);
    });
  }

  /**
   * Asks twice: with MaxSessions 1, OpenSSH refuses a session that is asked for in the same breath in which the last one was closed.
   * Its refusal proves that it has dealt with the close by then (serverloop.c: channels are cleaned up before output is sent).
   */
  #openChannel(command: string, opened: (error: Error | undefined, channel?: ClientChannel) => void, attempts = 2): void {
    try {
      this.#parts.client.exec(COMMAND_PREFIX + command, (error, channel) => {
        if (error === undefined) opened(undefined, channel);
        else if ('reason' in error && attempts > 1) this.#openChannel(command, opened, attempts - 1);
        else opened(error);
      });
    } catch {
      // ssh2 throws when the socket is no longer writable.
      opened(undefined);
    }
  }

  /** Says goodbye; whatever runs on the connection is lost. */
  close(): void {
    this.#open = false;
    this.#parts.client.end();
    this.#parts.socket.destroySoon();
  }
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

function aborted(host: string, signal: AbortSignal): PortError {
  return new PortError('Aborted', `a command on ${host} was given up`, { cause: signal.reason });
}
