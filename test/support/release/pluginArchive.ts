/** `kubectl sriov` as an archive that needs Node and nothing else, and what is made of it for package managers. */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { tarGz } from '../../../operator/cli/bundle/tar.ts';
import { debPackage } from './debPackage.ts';
import { pluginEntries } from './pluginEntries.ts';
import { homebrewFormula, installScript, krewManifest } from './pluginManifests.ts';
import { rpmPackage } from './rpmPackage.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface PluginOptions {
  readonly folder: string;
  /** Where the archive will be downloaded from, with a / at its end. */
  readonly baseUrl: string;
}

/** Resolves with the names of all files, the archive first. The same sources make the same bytes. */
export async function pluginArchive({ folder, baseUrl }: PluginOptions): Promise<readonly string[]> {
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  const entries = await pluginEntries(version);
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
  const rpm = await rpmPackage({ version, files: entries, folder });
  return [...files.map(([file]) => file), ...(rpm === undefined ? [] : [rpm])];
}
