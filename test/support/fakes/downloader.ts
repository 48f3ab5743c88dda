/** Downloads from a table in memory: by URL, with the checksum compared as the real one does. */
import { createHash } from 'node:crypto';
import type { Downloader, DownloadSource } from '../../../operator/ports/download.ts';
import { PortError } from '../../../operator/ports/errors.ts';

export class FakeDownloader implements Downloader {
  readonly files = new Map<string, Uint8Array>();
  /** Thrown once each, in order, instead of a download. */
  readonly failures: PortError[] = [];
  downloads = 0;

  async withFile({ url, sha256 }: DownloadSource, use: (content: AsyncIterable<Uint8Array>) => Promise<void>): Promise<void> {
    this.downloads += 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    const content = this.files.get(url);
    if (content === undefined) throw new PortError('DownloadFailed', `${url} could not be downloaded: the server answers 404`);
    const actual = createHash('sha256').update(content).digest('hex');
    if (actual !== sha256) throw new PortError('DownloadChecksumMismatch', `${url} has sha256 ${actual}, declared is ${sha256}`);
    await use(chunksOf(content));
  }
}

async function* chunksOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
