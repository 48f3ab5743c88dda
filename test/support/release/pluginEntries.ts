/**
 * What `kubectl sriov` is made of: the plugin and its packages in a few files, its two programs, completion files, the CRDs for offline
 * validation, and the licences of what is in it. Usage: pluginEntries.ts <folder>, which the Dockerfile calls.
 */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Entry } from '../../../operator/cli/bundle/tar.ts';
import { SCRIPTS } from '../../../operator/cli/completionScripts.ts';
import { licences, packagesOf } from './bundle.ts';
import { esbuild } from './esbuild.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** The same sources make the same entries. */
export async function pluginEntries(version: string): Promise<readonly Entry[]> {
  const code = await bundled();
  const packageJson = { name: 'kubectl-sriov', version, type: 'module', license: 'Apache-2.0', engines: { node: '>=22.19' } };
  const crds = await Promise.all((await readdir(join(ROOT, 'crds'))).sort().map(async (name) => await fileAt(`crds/${name}`)));
  return [
    program('kubectl-sriov', 'await run();'),
    program('kubectl_complete-sriov', "process.argv.splice(2, 0, '__complete');\nawait run();"),
    ...code,
    ...Object.entries(SCRIPTS).map(([shell, content]) => ({ path: `completion/kubectl-sriov.${shell}`, content, mode: 0o644 })),
    ...crds,
    await fileAt('LICENSE'),
    { path: 'package.json', content: `${JSON.stringify(packageJson, undefined, 2)}\n`, mode: 0o644 },
  ];
}

async function fileAt(path: string): Promise<Entry> {
  return { path, content: await readFile(join(ROOT, path)), mode: 0o644 };
}

/** Krew links to it, so that it has to find its own folder; package.json there makes it a module. */
function program(path: string, last: string): Entry {
  const content = `#!/usr/bin/env node
import module from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
async function run() {
  module.enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'kubectl-sriov'));
  await import(new URL('./main.mjs', import.meta.url).href);
}
${last}
`;
  return { path, content, mode: 0o755 };
}

async function bundled(): Promise<readonly Entry[]> {
  const folder = await mkdtemp(join(tmpdir(), 'plugin-'));
  try {
    const metafile = await esbuild({ entryPoints: { main: 'operator/cli/main.ts' }, folder, target: 'node22.19' });
    const names = (await readdir(folder)).sort();
    const code = await Promise.all(names.map(async (path) => ({ path, content: await readFile(join(folder, path)), mode: 0o644 })));
    return [...code, { path: 'THIRD-PARTY-LICENSES', content: await licences(await packagesOf(metafile)), mode: 0o644 }];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [, script, target] = process.argv;
if (script === import.meta.filename && target !== undefined) {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  for (const { path, content, mode } of await pluginEntries(version)) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await writeFile(join(target, path), content, { mode });
  }
}
