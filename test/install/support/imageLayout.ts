/** What the Dockerfile puts into the image, as a read-only folder: for running it where no image can be built. */
import { execFile } from 'node:child_process';
import { chmod, cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
const run = promisify(execFile);

export interface ImageLayout {
  /** Stands for /app. */
  readonly folder: string;
  /** Command in exec form: the Node of this project in place of that of the base image. */
  readonly entrypoint: readonly string[];
  dispose(): Promise<void>;
}

/** Follows the Dockerfile's own words for packages and for what is left out, so that it cannot differ from the image. */
export async function makeImageLayout(): Promise<ImageLayout> {
  const folder = await mkdtemp(join(tmpdir(), 'image-'));
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  for (const file of ['package.json', 'package-lock.json', '.npmrc']) await cp(join(ROOT, file), join(folder, file));
  const install = /npm (ci .*?)(?: \\)?$/m.exec(dockerfile)?.[1];
  if (install === undefined) throw new Error('the Dockerfile has no npm ci');
  await run('npm', install.split(' '), { cwd: folder });
  const ignored = (await ignoredPaths()).map((path) => join(ROOT, path));
  await cp(join(ROOT, 'operator'), join(folder, 'operator'), { recursive: true, filter: (path) => !ignored.includes(path) });
  await run('chmod', ['-R', 'a=rX', folder]);
  const entrypoint = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];
  if (entrypoint[0] !== 'node') throw new Error('the Dockerfile has no ENTRYPOINT in exec form that begins with node');
  return {
    folder,
    entrypoint: [process.execPath, ...entrypoint.slice(1)],
    dispose: async () => {
      await chmod(folder, 0o700);
      await run('chmod', ['-R', 'u+w', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Paths of .dockerignore that leave something out of what it lets in. */
async function ignoredPaths(): Promise<readonly string[]> {
  const lines = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n');
  return lines.filter((line) => /^[a-z]/.test(line));
}
