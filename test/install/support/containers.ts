/** buildah and podman with a storage of their own in the cache: images of the person who runs the tests are neither used nor changed. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../support/apiserver/binaries.ts';

const run = promisify(execFile);
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** Where the storage is; a folder that can be deleted at any time. */
export const STORAGE = join(cacheFolder(), 'containers');

const STORAGE_FLAGS = ['--root', join(STORAGE, 'storage'), '--runroot', join(STORAGE, 'run')];

/** Standard output. The error of a command that fails has what it wrote. */
export async function buildah(args: readonly string[], limitMs = 60_000): Promise<string> {
  return await execute('buildah', [...STORAGE_FLAGS, ...args], limitMs);
}

export async function podman(args: readonly string[], limitMs = 60_000): Promise<string> {
  return await execute('podman', podmanArguments(args), limitMs);
}

/** For those who start podman themselves. runc, since the crun of some distributions is too old for its podman. */
export function podmanArguments(args: readonly string[]): readonly string[] {
  return [...STORAGE_FLAGS, '--cgroup-manager', 'cgroupfs', '--runtime', 'runc', ...args];
}

/** Less than podman's defaults, which are more than some machines allow. */
export const LIMIT_FLAGS: readonly string[] = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];

async function execute(program: string, args: readonly string[], timeout: number): Promise<string> {
  const { stdout } = await run(program, args, { timeout, maxBuffer: OUTPUT_BYTES });
  return stdout;
}

/** The last lines of what a failed command wrote: where the reason is. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return text.trim().split('\n').slice(-3).join(' ').slice(-300);
}
