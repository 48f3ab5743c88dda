/** Puts a file on the host so that it has its name only when every byte arrived. */
import { createHash } from 'node:crypto';
import { PortError } from '../ports/errors.ts';
import type { Exec } from './exec.ts';
import { requireSuccess } from './outcome.ts';
import { COMMAND_TIMEOUTS } from './timeouts.ts';
import { parseSha256, partialPath, removeFileCommand, renameFileCommand, sha256Command, writeFileCommand } from './tools/files.ts';

/**
 * Writes beside the final name, compares SHA-256, renames. A cut connection looks to `cat` like the end of the file, so
 * its exit code proves nothing; the checksum does. A file that is already there is replaced at once or not at all.
 */
export async function upload(
  exec: Exec,
  file: { readonly content: AsyncIterable<Uint8Array>; readonly path: string },
  signal: AbortSignal,
): Promise<void> {
  const { content, path } = file;
  const partial = partialPath(path);
  const hash = createHash('sha256');
  const write = writeFileCommand(partial);
  requireSuccess(write, await exec(write, { stdin: hashed(content, hash), timeoutMs: COMMAND_TIMEOUTS.upload }, signal));
  const sent = hash.digest('hex');
  const check = sha256Command(partial);
  const arrived = parseSha256(requireSuccess(check, await exec(check, { timeoutMs: COMMAND_TIMEOUTS.sha256 }, signal)));
  if (arrived !== sent) {
    await exec(removeFileCommand(partial), {}, signal);
    throw new PortError('CommandFailed', `${path} did not arrive whole on the host; is its datastore full?`);
  }
  const rename = renameFileCommand(partial, path);
  requireSuccess(rename, await exec(rename, {}, signal));
}

async function* hashed(content: AsyncIterable<Uint8Array>, hash: { update(chunk: Uint8Array): unknown }): AsyncGenerator<Uint8Array> {
  for await (const chunk of content) {
    hash.update(chunk);
    yield chunk;
  }
}
