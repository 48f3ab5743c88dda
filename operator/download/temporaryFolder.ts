/** A folder for one download, under the temporary folder of the system. */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'sriov-download-';

/** The caller removes it. */
export async function makeTemporaryFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), PREFIX));
}

/** Removes what a process that was killed left behind: older than `ageMs`, so that nothing of a running download goes. */
export async function removeLeftovers(ageMs: number): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const path = join(tmpdir(), name);
    if (name.startsWith(PREFIX) && (await isOlder(path, ageMs))) await rm(path, { recursive: true, force: true });
  }
}

/** Another process may remove it at the same time: then there is nothing to do. */
async function isOlder(path: string, ageMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ageMs;
}
