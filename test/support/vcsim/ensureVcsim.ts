// Builds vcsim, govmomi's vSphere simulator, from test/tools/vcsim when it is not in the cache.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../apiserver/binaries.ts';
import { withFileLock } from '../apiserver/fileLock.ts';

const source = join(import.meta.dirname, '../../tools/vcsim');

/** Path of the program. Safe to call from many processes at once: one builds (half a minute when cold), the others wait. */
export async function ensureVcsim(onProgress: (line: string) => void = () => undefined): Promise<string> {
  const folder = cacheFolder();
  const program = join(folder, 'vcsim');
  const stampFile = `${program}.stamp`;
  const stamp = await sourceDigest();
  const isReady = async () => (await readFile(stampFile, 'utf8').catch(() => '')) === stamp && (await exists(program));
  if (await isReady()) {
    return program;
  }
  await mkdir(folder, { recursive: true });
  await withFileLock(`${program}.lock`, onProgress, async () => {
    if (!(await isReady())) {
      onProgress('building vcsim with go build');
      await build(`${program}.partial`);
      await rename(`${program}.partial`, program);
      await writeFile(stampFile, stamp);
    }
  });
  return program;
}

async function build(output: string): Promise<void> {
  try {
    await promisify(execFile)('go', ['build', '-buildvcs=false', '-ldflags', '-s -w', '-o', output, '.'], { cwd: source });
  } catch (error) {
    throw new Error('cannot build test/tools/vcsim: is Go installed?', { cause: error });
  }
}

async function sourceDigest(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of ['main.go', 'canonical.go', 'go.mod', 'go.sum']) {
    hash.update(await readFile(join(source, file)));
  }
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
