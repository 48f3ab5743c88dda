/** Downloads files for the controllers: into a temporary file, whole and checked, or not at all. */
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { Downloader, DownloadSource } from '../ports/download.ts';
import { isPortError, PortError } from '../ports/errors.ts';
import { openUrl } from './openUrl.ts';
import { shownUrl } from './shownUrl.ts';
import { makeTemporaryFolder, removeLeftovers } from './temporaryFolder.ts';

export interface DownloadLimits {
  readonly maxBytes: number;
  /** For the whole download, redirects included. */
  readonly timeoutMs: number;
  /** Downloads at a time in this process: each takes disk and memory. */
  readonly parallel: number;
}

const LIMITS: DownloadLimits = { maxBytes: 256 * 1024 * 1024, timeoutMs: 10 * 60_000, parallel: 2 };
const TURN_POLL_MS = 200;
/** A download and the copy to a host take an hour at most: what is older belongs to nobody. */
const LEFTOVER_AGE_MS = 2 * 3_600_000;

export function createDownloader(limits: Partial<DownloadLimits> = {}): Downloader {
  const { maxBytes, timeoutMs, parallel } = { ...LIMITS, ...limits };
  let running = 0;
  return {
    withFile: async (source, use, signal) => {
      while (running >= parallel) await delay(TURN_POLL_MS, undefined, { signal });
      running += 1;
      let folder: string | undefined;
      let content: ReadStream | undefined;
      try {
        await removeLeftovers(LEFTOVER_AGE_MS);
        folder = await makeTemporaryFolder();
        const path = join(folder, 'file');
        await download(source, { path, maxBytes, timeoutMs }, signal);
        content = createReadStream(path);
        await use(content);
      } finally {
        running -= 1;
        content?.destroy();
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

interface Destination {
  readonly path: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

async function download(source: DownloadSource, to: Destination, signal: AbortSignal): Promise<void> {
  const expiry = AbortSignal.timeout(to.timeoutMs);
  try {
    const body = await openUrl(source.url, AbortSignal.any([signal, expiry]));
    const digest = await write(body, to, source.url);
    if (digest === source.sha256) return;
    throw new PortError(
      'DownloadChecksumMismatch',
      `${shownUrl(source.url)} has sha256 ${digest}, declared is ${source.sha256}; correct the URL or the checksum`,
    );
  } catch (error) {
    if (isPortError(error)) throw error;
    signal.throwIfAborted();
    const why = expiry.aborted ? `it took longer than ${to.timeoutMs / 1000} s` : wordsOf(error);
    throw new PortError('DownloadFailed', `${shownUrl(source.url)} could not be downloaded: ${why}`, { cause: error });
  }
}

/** The checksum is computed while the file is written: 64 hexadecimal digits. */
async function write(body: AsyncIterable<Uint8Array>, { path, maxBytes }: Destination, url: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'wx', 0o600);
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > maxBytes) throw new PortError('DownloadRefused', `${shownUrl(url)} is larger than ${maxBytes} bytes; it is not taken`);
      hash.update(chunk);
      await file.write(chunk);
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** The innermost cause has the words that help: ECONNREFUSED, a certificate's fault. `fetch failed` says nothing. */
function wordsOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  const [first] = 'errors' in error && Array.isArray(error.errors) ? error.errors : [];
  const inner: unknown = first ?? error.cause;
  return inner === undefined ? error.message : wordsOf(inner);
}
