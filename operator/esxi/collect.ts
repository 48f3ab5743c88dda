/** Reads everything that a command prints, and how it ended. */
import type { ClientChannel } from 'ssh2';
import { PortError } from '../ports/errors.ts';
import type { ExecResult } from './exec.ts';

/** More output than any command of ours has; `hardware pci list` of a large host is below 1 MiB. */
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/** Resolves when the channel is closed and both streams are read to their ends. */
export async function collect(channel: ClientChannel, host: string): Promise<ExecResult> {
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
export function connectionLost(host: string, started: boolean): PortError {
  return new PortError('ConnectionLost', `the connection to ${host} was lost${started ? ' while a command was running' : ''}`, {
    detail: { started },
  });
}

function killed(host: string, signalName: string): PortError {
  return new PortError('CommandFailed', `a command on ${host} was ended by ${signalName}`);
}
