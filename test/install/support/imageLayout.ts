/** What the Dockerfile puts into /app, as a read-only folder: for running it where no image can be built. */
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '../../..');
const APP = '/app/';
const run = promisify(execFile);

export interface ImageLayout {
  /** Stands for /app. */
  readonly folder: string;
  /** Command in exec form: the Node of this project in place of that of the base image. */
  readonly entrypoint: readonly string[];
  dispose(): Promise<void>;
}

/** Follows the Dockerfile's own words for the bundle and its start, so that it cannot differ from the image. */
export async function makeImageLayout(): Promise<ImageLayout> {
  const folder = await mkdtemp(join(tmpdir(), 'image-'));
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8');
  const bundle = /^RUN node (\S+) \/bundle$/m.exec(dockerfile)?.[1];
  if (bundle === undefined || !dockerfile.includes('COPY --from=bundle /bundle /app')) throw new Error('the Dockerfile makes no bundle');
  await run(process.execPath, [join(ROOT, bundle), folder]);
  await run('chmod', ['-R', 'a=rX', folder]);
  // The operator is what the last stage makes.
  const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  const [node, file = ''] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(last)?.[1] ?? '[]') as string[];
  if (node !== 'node' || !file.startsWith(APP))
    throw new Error('the Dockerfile has no ENTRYPOINT in exec form with node and a file in /app');
  return {
    folder,
    entrypoint: [process.execPath, join(folder, file.slice(APP.length))],
    dispose: async () => {
      await chmod(folder, 0o700);
      await run('chmod', ['-R', 'u+w', folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
