/**
 * Stands for the published Node image where no registry can be reached: a minimal Debian with the Node of this project. Made once and kept.
 * What keeps a machine from building or running any image comes out here, so that afterwards a failure is a failure.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withFileLock } from '../../support/apiserver/fileLock.ts';
import { buildah, LIMIT_FLAGS, podman, reasonOf, STORAGE } from './containers.ts';

const run = promisify(execFile);
const SUITE = 'bookworm';
const PACKAGES = 'libstdc++6,libatomic1';
const DEBOOTSTRAP_MS = 300_000;

export type Base = { readonly image: string } | { readonly missing: string };

/** The base image, or what this machine lacks, in a few words. */
export async function ensureBase(): Promise<Base> {
  const missing = await missingPrograms();
  if (missing.length > 0) return { missing: `needs ${missing.join(', ')}` };
  if (process.getuid?.() !== 0) return { missing: 'needs root' };
  const hash = createHash('sha256').update([process.version, SUITE, PACKAGES].join()).digest('hex').slice(0, 12);
  const image = `localhost/sriov-test-node:${hash}`;
  try {
    await mkdir(STORAGE, { recursive: true });
    await withFileLock(
      join(STORAGE, 'base.lock'),
      () => undefined,
      async () => {
        if (!(await exists(image))) await make(image);
      },
    );
    const version = await podman(['run', '--rm', '--network=none', ...LIMIT_FLAGS, image, '/usr/local/bin/node', '--version']);
    return version.trim() === process.version ? { image } : { missing: `a container said ${version}` };
  } catch (error) {
    return { missing: `no container can be made or run here: ${reasonOf(error)}` };
  }
}

async function make(image: string): Promise<void> {
  const root = join(STORAGE, 'base');
  const npm = await npmFolder();
  await rm(root, { recursive: true, force: true });
  // From the mirror that debootstrap itself is set up for.
  await run('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, SUITE, root], {
    timeout: DEBOOTSTRAP_MS,
    maxBuffer: 2 ** 26,
  });
  await copyFile(process.execPath, join(root, 'usr/local/bin/node'));
  await run('cp', ['-r', npm, join(root, 'usr/local/lib/npm')]);
  await run('ln', ['-s', '../lib/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm')]);
  const container = (await buildah(['from', 'scratch'])).trim();
  await buildah(['copy', '--quiet', container, root, '/'], DEBOOTSTRAP_MS);
  await buildah(['config', '--env', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', container]);
  await buildah(['commit', '--quiet', '--rm', container, image], DEBOOTSTRAP_MS);
  await rm(root, { recursive: true, force: true });
}

/** The npm of this machine: it is plain JavaScript. */
async function npmFolder(): Promise<string> {
  const { stdout } = await run('sh', ['-c', 'readlink -f "$(command -v npm)"']);
  return join(dirname(stdout.trim()), '..');
}

async function missingPrograms(): Promise<readonly string[]> {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(':');
  const names = ['buildah', 'podman', 'runc', 'debootstrap'];
  const there = await Promise.all(names.map(async (name) => await anyOf(folders.map((folder) => join(folder, name)))));
  return names.filter((_, index) => there[index] !== true);
}

async function anyOf(files: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    files.map((file) =>
      access(file).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

async function exists(image: string): Promise<boolean> {
  return await buildah(['inspect', '--type=image', image]).then(
    () => true,
    () => false,
  );
}
