// Gets the envtest archive that kubernetes-sigs/controller-tools publishes, if the network allows; otherwise says so and gives up.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const DEFAULT_INDEX = 'https://raw.githubusercontent.com/kubernetes-sigs/controller-tools/HEAD/envtest-releases.yaml';
const INDEX_TIMEOUT_MS = 5_000;
const ARCHIVE_TIMEOUT_MS = 180_000;

export interface DownloadOptions {
  /** An existing folder that gets the three binaries. */
  readonly folder: string;
  /** The pinned release, for example `v1.37.2`; any patch release of the same minor will do. */
  readonly kubernetes: string;
  readonly onProgress: (line: string) => void;
  readonly indexUrl?: string;
}

interface Release {
  readonly url: string;
  readonly sha512: string;
}

/** True when the three binaries are in the folder and their archive had the published SHA-512. Never throws. */
export async function downloadEnvtest(options: DownloadOptions): Promise<boolean> {
  try {
    const index = await get(options.indexUrl ?? DEFAULT_INDEX, INDEX_TIMEOUT_MS);
    const release = chooseRelease(index.toString(), options.kubernetes);
    if (release === undefined) {
      options.onProgress(`no envtest archive of ${options.kubernetes}'s minor release for ${process.platform}/${process.arch}`);
      return false;
    }
    options.onProgress(`downloading ${release.url}`);
    const archive = await get(release.url, ARCHIVE_TIMEOUT_MS);
    const sha512 = createHash('sha512').update(archive).digest('hex');
    if (sha512 !== release.sha512) throw new Error(`SHA-512 of ${release.url} is ${sha512}, its index says ${release.sha512}`);
    const file = join(options.folder, 'envtest.tar.gz');
    await writeFile(file, archive);
    await promisify(execFile)('tar', ['-xzf', file, '-C', options.folder, '--strip-components=2']);
    return true;
  } catch (error) {
    options.onProgress(`no envtest archive (${error instanceof Error ? error.message : String(error)}); building instead`);
    return false;
  }
}

/** The newest patch release of the wanted minor for this platform, from the text of envtest-releases.yaml. */
export function chooseRelease(index: string, kubernetes: string): Release | undefined {
  const minor = kubernetes.split('.').slice(0, 2).join('.');
  const releases = field(parse(index), 'releases');
  const versions = Object.keys(isRecord(releases) ? releases : {})
    .filter((version) => version.startsWith(`${minor}.`) && !version.includes('-'))
    .sort((a, b) => Number(b.split('.')[2]) - Number(a.split('.')[2]));
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  for (const version of versions) {
    const archive = field(field(releases, version), `envtest-${version}-${process.platform}-${arch}.tar.gz`);
    const url = field(archive, 'selfLink');
    const sha512 = field(archive, 'hash');
    if (typeof url === 'string' && typeof sha512 === 'string') return { url, sha512 };
  }
  return undefined;
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function get(url: string, timeoutMs: number): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
