/** What the controllers need to fetch a file from the network. `download/` implements it. */

export interface DownloadSource {
  /** http or https, without user and password. */
  readonly url: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

export interface Downloader {
  /**
   * Downloads into a temporary file and hands its content to `use`, once it arrived whole and has the declared checksum; the
   * file is gone when this settles. DownloadFailed: it may work later. DownloadRefused: too large, or redirected to something else than
   * https. DownloadChecksumMismatch: another file than declared. Bounded in time and size.
   */
  withFile(source: DownloadSource, use: (content: AsyncIterable<Uint8Array>) => Promise<void>, signal: AbortSignal): Promise<void>;
}
