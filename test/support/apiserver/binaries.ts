// Finds or makes the real kube-apiserver, etcd and kubectl that the tests run against.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildFromSource, pinnedVersions } from './build.ts';
import { downloadEnvtest } from './download.ts';
import { withFileLock } from './fileLock.ts';

export const BINARY_NAMES = ['kube-apiserver', 'etcd', 'kubectl'] as const;

export interface Binaries {
  readonly kubeApiserver: string;
  readonly etcd: string;
  readonly kubectl: string;
  /** Where they came from, for the first line of a test run. */
  readonly source: 'KUBEBUILDER_ASSETS' | 'cache' | 'download' | 'build';
}

export type Progress = (line: string) => void;

const repositoryRoot = join(import.meta.dirname, '../../..');

/** The folder of the cached binaries; `SRIOV_TEST_CACHE` moves it, for example to a volume that a CI system keeps. */
export function cacheFolder(): string {
  return process.env['SRIOV_TEST_CACHE'] ?? join(repositoryRoot, '.cache', 'bin');
}

/**
 * The binaries from, in this order: the folder in `KUBEBUILDER_ASSETS`; the cache; the envtest archive of the same minor
 * release, if it can be reached within seconds; `go build` from the modules pinned in test/tools (minutes when cold).
 * Safe to call from many processes at once: one works, the others wait.
 */
export async function ensureBinaries(onProgress: Progress = () => undefined): Promise<Binaries> {
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') {
    if (await hasAll(assets)) return paths(assets, 'KUBEBUILDER_ASSETS');
    throw new Error(`KUBEBUILDER_ASSETS is ${assets}, but ${BINARY_NAMES.join(', ')} are not all there; unset it or complete the folder`);
  }
  const folder = cacheFolder();
  const stamp = JSON.stringify(await pinnedVersions());
  if (await isCached(folder, stamp)) return paths(folder, 'cache');
  await mkdir(folder, { recursive: true });
  return await withFileLock(`${folder}.lock`, onProgress, async () => {
    if (await isCached(folder, stamp)) return paths(folder, 'cache');
    return await fill(folder, stamp, onProgress);
  });
}

async function fill(folder: string, stamp: string, onProgress: Progress): Promise<Binaries> {
  const work = `${folder}.partial`;
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const { kubernetes } = await pinnedVersions();
  const downloaded = await downloadEnvtest({ folder: work, kubernetes, onProgress });
  if (!downloaded) await buildFromSource(work, onProgress);
  await Promise.all(BINARY_NAMES.map(async (name) => rename(join(work, name), join(folder, name))));
  await writeFile(join(folder, 'stamp.json'), stamp);
  await rm(work, { recursive: true, force: true });
  return paths(folder, downloaded ? 'download' : 'build');
}

async function isCached(folder: string, stamp: string): Promise<boolean> {
  const found = await readFile(join(folder, 'stamp.json'), 'utf8').catch(() => '');
  return found === stamp && (await hasAll(folder));
}

async function hasAll(folder: string): Promise<boolean> {
  const found = await Promise.all(BINARY_NAMES.map(async (name) => isExecutable(join(folder, name))));
  return found.every(Boolean);
}

async function isExecutable(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => undefined);
  return info?.isFile() === true && (info.mode & 0o100) !== 0;
}

function paths(folder: string, source: Binaries['source']): Binaries {
  return { kubeApiserver: join(folder, 'kube-apiserver'), etcd: join(folder, 'etcd'), kubectl: join(folder, 'kubectl'), source };
}
