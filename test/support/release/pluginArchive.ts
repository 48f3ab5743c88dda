/**
 * `kubectl sriov` as an archive that needs Node and nothing else, and what is made of it for package managers. The archive has the plugin and its
 * packages in a few files, its two programs, completion files, the CRDs for offline validation, and the licences of what is in it.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Entry, tarGz } from '../../../operator/cli/bundle/tar.ts';
import { SCRIPTS } from '../../../operator/cli/completionScripts.ts';
import { licences, packagesOf } from './bundle.ts';
import { debPackage } from './debPackage.ts';
import { esbuild } from './esbuild.ts';
import { homebrewFormula, installScript, krewManifest } from './pluginManifests.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface PluginOptions {
  readonly folder: string;
  /** Where the archive will be downloaded from, with a / at its end. */
  readonly baseUrl: string;
}

/** Resolves with the names of all files, the archive first. The same sources make the same bytes. */
export async function pluginArchive({ folder, baseUrl }: PluginOptions): Promise<readonly string[]> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const entries = await entriesOf(version);
  const archive = tarGz('kubectl-sriov', entries, new Date(0));
  const name = `kubectl-sriov-${version}.tar.gz`;
  const sha256 = createHash('sha256').update(archive).digest('hex');
  const facts = { version, sha256, uri: `${baseUrl}${name}` };
  const files: readonly (readonly [name: string, content: string | Uint8Array])[] = [
    [name, archive],
    ['krew-sriov.yaml', stringify(krewManifest(facts), { lineWidth: 0 })],
    ['kubectl-sriov.rb', homebrewFormula(facts)],
    ['install-kubectl-sriov.sh', installScript(facts)],
    [`kubectl-sriov_${version}_all.deb`, debPackage({ version, files: entries })],
  ];
  for (const [file, content] of files) await writeFile(join(folder, file), content);
  return files.map(([file]) => file);
}

async function entriesOf(version: string): Promise<readonly Entry[]> {
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
