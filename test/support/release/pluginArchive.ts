/**
 * `kubectl sriov` as an archive that needs Node and nothing else, and a manifest for Krew. The archive has the plugin and its packages in a few
 * files, its two programs, the CRDs for offline validation, and the licences of what is in it.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type Entry, tarGz } from '../../../operator/cli/bundle/tar.ts';
import { licences, packagesOf } from './bundle.ts';
import { esbuild } from './esbuild.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface PluginOptions {
  readonly folder: string;
  /** Where the archive will be downloaded from, with a / at its end. */
  readonly baseUrl: string;
}

/** Resolves with the names of both files. The same sources make the same bytes. */
export async function pluginArchive({ folder, baseUrl }: PluginOptions): Promise<readonly string[]> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const archive = tarGz('kubectl-sriov', await entriesOf(version), new Date(0));
  const name = `kubectl-sriov-${version}.tar.gz`;
  await writeFile(join(folder, name), archive);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  await writeFile(
    join(folder, 'krew-sriov.yaml'),
    stringify(krewManifest({ version, sha256, uri: `${baseUrl}${name}` }), { lineWidth: 0 }),
  );
  return [name, 'krew-sriov.yaml'];
}

async function entriesOf(version: string): Promise<readonly Entry[]> {
  const code = await bundled();
  const packageJson = { name: 'kubectl-sriov', version, type: 'module', license: 'Apache-2.0', engines: { node: '>=22.19' } };
  const crds = await Promise.all((await readdir(join(ROOT, 'crds'))).sort().map(async (name) => await fileAt(`crds/${name}`)));
  return [
    program('kubectl-sriov', 'await run();'),
    program('kubectl_complete-sriov', "process.argv.splice(2, 0, '__complete');\nawait run();"),
    ...code,
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

interface KrewFacts {
  readonly version: string;
  readonly sha256: string;
  readonly uri: string;
}

/** krew.sigs.k8s.io, "Writing Krew plugin manifests". */
function krewManifest({ version, sha256, uri }: KrewFacts): object {
  return {
    apiVersion: 'krew.googlecontainertools.github.com/v1alpha2',
    kind: 'Plugin',
    metadata: { name: 'sriov' },
    spec: {
      version: `v${version}`,
      shortDescription: 'Show and steer SR-IOV hosts and the VMs on them',
      description: 'Shows what the ESXi SR-IOV operator reports, and sets the annotations that steer it.',
      caveats: 'Needs Node 22.19 or later on the path.',
      platforms: [
        {
          selector: { matchExpressions: [{ key: 'os', operator: 'In', values: ['linux', 'darwin'] }] },
          uri,
          sha256,
          files: [{ from: 'kubectl-sriov/*', to: '.' }],
          bin: 'kubectl-sriov',
        },
      ],
    },
  };
}
