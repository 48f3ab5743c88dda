/** Writes a stream of bytes to a command's standard input, no faster than the host reads. */
import type { ClientChannel } from 'ssh2';
import { PortError } from '../ports/errors.ts';

/** Stops early, without an error, when the command ends first: its exit code tells why. Rejects when the source fails. */
export async function feed(source: AsyncIterable<Uint8Array>, channel: ClientChannel): Promise<void> {
  let closed = false;
  const closing = new Promise<void>((resolve) => {
    channel.once('close', () => {
      closed = true;
      resolve();
    });
  });
  try {
    for await (const chunk of source) {
      if (closed) return;
      if (!channel.write(chunk)) await Promise.race([new Promise<void>((resolve) => channel.once('drain', resolve)), closing]);
    }
  } catch (error) {
    throw error instanceof PortError ? error : new PortError('CommandFailed', 'the content to upload could not be read', { cause: error });
  }
  if (!closed) channel.end();
}
