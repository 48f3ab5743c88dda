/**
 * Makes the operator and its packages into a few files that Node runs without node_modules. Usage: bundle.ts <folder>. The Dockerfile calls it;
 * beside the code it writes the licences of what is in it, and `packages.json`, which the SBOM is made from.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { esbuild } from './esbuild.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Path below the root of the project, for example `node_modules/ssh2`. */
  readonly path: string;
}

/** Resolves with the packages that have code in the bundle, by name. */
export async function bundle(folder: string): Promise<readonly BundledPackage[]> {
  const metafile = await esbuild({
    entryPoints: { operator: 'operator/main.ts', healthcheck: 'operator/healthcheck.ts' },
    folder,
    target: 'node26',
  });
  const packages = await packagesOf(metafile);
  await writeFile(join(folder, 'packages.json'), `${JSON.stringify(packages, undefined, 2)}\n`);
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await licences(packages));
  return packages;
}

export async function packagesOf({ outputs }: Metafile): Promise<readonly BundledPackage[]> {
  const used = Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0));
  const paths = new Set(used.flatMap(([file]) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const packages = await Promise.all(
    [...paths].map(async (path) => {
      const { name, version } = JSON.parse(await readFile(join(ROOT, path, 'package.json'), 'utf8')) as { name: string; version: string };
      return { name, version, path };
    }),
  );
  return packages.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Most licences want to go with the code. */
export async function licences(packages: readonly BundledPackage[]): Promise<string> {
  const texts = await Promise.all(packages.map(async (one) => `${one.name} ${one.version}\n\n${await licenceOf(one)}\n`));
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}

async function licenceOf({ path }: BundledPackage): Promise<string> {
  for (const file of ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'license', 'LICENSE-MIT', 'LICENSE-MIT.txt', 'COPYING']) {
    const text = await readFile(join(ROOT, path, file), 'utf8').catch(() => undefined);
    if (text !== undefined) return text.trim();
  }
  const { license } = JSON.parse(await readFile(join(ROOT, path, 'package.json'), 'utf8')) as { license?: unknown };
  return `Licence: ${typeof license === 'string' ? license : JSON.stringify(license)} (the package brings no text)`;
}

const [, script, folder] = process.argv;
if (script === import.meta.filename && folder !== undefined) await bundle(folder);
