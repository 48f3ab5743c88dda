// A lock between processes: a file that its holder keeps touching, so that a crashed holder blocks nobody for long.
import { open, rm, stat, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';

const HEARTBEAT_MS = 2_000;
const STALE_MS = 20_000;
const POLL_MS = 250;

/** Runs `work` while holding the lock file `path`; waits as long as another live process holds it. */
export async function withFileLock<T>(path: string, onProgress: (line: string) => void, work: () => Promise<T>): Promise<T> {
  let told = false;
  while (!(await take(path))) {
    if (!told) onProgress('another process is preparing the binaries; waiting for it');
    told = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => void touch(path), HEARTBEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    await handle.close();
    return true;
  } catch (error) {
    // Not `instanceof`: under jest, errors of Node itself belong to another realm.
    if (!(isNativeError(error) && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const info = await stat(path).catch(() => undefined);
  if (info !== undefined && Date.now() - info.mtimeMs > STALE_MS) await rm(path, { force: true });
  return false;
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}
