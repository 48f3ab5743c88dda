/** sushy-tools (OpenStack's Redfish emulator, PyPI) in a virtual environment of its own, kept in the cache folder. */
import { execFile } from 'node:child_process';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../../../support/apiserver/binaries.ts';
import { withFileLock } from '../../../support/apiserver/fileLock.ts';

const VERSION = '2.2.0';
const INSTALL_TIMEOUT_MS = 120_000;
const run = promisify(execFile);

/** `missing` says why these tests cannot run here. */
export type SushyTools = { readonly bin: string } | { readonly missing: string };

export async function provideSushyTools(): Promise<SushyTools> {
  const folder = join(cacheFolder(), `sushy-tools-${VERSION}`);
  const bin = join(folder, 'bin');
  try {
    await mkdir(cacheFolder(), { recursive: true });
    await withFileLock(
      `${folder}.lock`,
      () => undefined,
      async () => {
        if (!(await exists(join(folder, 'complete')))) {
          await install(folder);
        }
      },
    );
    return { bin };
  } catch (error) {
    return { missing: `python3 with venv and pip cannot install sushy-tools ${VERSION}: ${lastLine(error)}` };
  }
}

/** A virtual environment cannot be moved, so the mark that it is complete comes last. */
async function install(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await run('python3', ['-m', 'venv', folder], { timeout: INSTALL_TIMEOUT_MS });
  const pip = join(folder, 'bin', 'pip');
  await run(pip, ['install', '--quiet', '--disable-pip-version-check', `sushy-tools==${VERSION}`], { timeout: INSTALL_TIMEOUT_MS });
  await mkdir(join(folder, 'complete'));
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}

function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) ?? '';
}
