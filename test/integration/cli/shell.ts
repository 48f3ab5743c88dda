/** The plugin as a shell starts it: found by kubectl on the path, or by its own name. */
import { execFile } from 'node:child_process';
import { mkdir, symlink } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import type { Ran } from '../../support/cli/terminal.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** Runs a command line with the plugin's programs on the path, as `npm link` puts them there. */
export type Shell = (program: string, args: readonly string[], env?: Readonly<Record<string, string>>) => Promise<Ran>;

/** `folder` is where the links and the cache of compiled code go. */
export async function installPlugin(folder: string, kubectlPath: string): Promise<Shell> {
  const bin = join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  for (const name of ['kubectl-sriov', 'kubectl_complete-sriov']) await symlink(join(ROOT, 'operator/cli', `${name}.js`), join(bin, name));
  const path = [bin, dirname(kubectlPath), dirname(process.execPath), process.env['PATH']].join(delimiter);
  return async (program, args, env = {}) =>
    await new Promise((resolve) => {
      const options = { env: { PATH: path, HOME: folder, XDG_CACHE_HOME: join(folder, 'cache'), ...env } };
      execFile(program, args, options, (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
      });
    });
}
