/**
 * `npm run release`: writes what a version is published with, apart from the image, into dist/: the charts, each also as an OCI layout, one file
 * for kubectl apply, the CRDs, the kubectl plugin with what package managers need, and checksums of everything there. Needs no cluster, no registry and no account. docs/releasing.md says what comes after.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ensureHelm } from '../../install/support/goTool.ts';
import { chartOciLayout } from './chartOciLayout.ts';
import { installManifest } from './installManifest.ts';
import { pluginArchive } from './pluginArchive.ts';

const ROOT = join(import.meta.dirname, '../../..');
const CHART = join(ROOT, 'charts/esxi-sriov-operator');
/** Folder of the OCI layout by folder of the chart. */
const CHARTS = { 'chart-oci': CHART, 'crds-chart-oci': `${CHART}-crds` } as const;
const run = promisify(execFile);
/** Nobody has published this project yet. */
const DOWNLOADS = 'https://releases.example.com/esxi-sriov-operator/';

export interface ReleaseOptions {
  readonly folder: string;
  /** Repository and digest of the image, as the registry gave it; left out, the manifest names the version's tag without a registry. */
  readonly image?: { readonly repository: string; readonly digest?: string };
  /** Where the files will be downloaded from, with a / at its end: for the manifest of the kubectl plugin. */
  readonly downloadUrl?: string;
  readonly onProgress?: (line: string) => void;
}

/** Resolves with the files, in the order of SHA256SUMS. */
export async function release({ folder, image, downloadUrl = DOWNLOADS, onProgress }: ReleaseOptions): Promise<readonly string[]> {
  const helm = await ensureHelm(onProgress);
  await mkdir(folder, { recursive: true });
  // What another version left; SBOM and provenance are other scripts' and stay.
  for (const name of await readdir(folder)) {
    if (/^((crds-)?chart-oci$|esxi-sriov-operator-.*\.tgz$|kubectl-sriov[-_].*\.(tar\.gz|deb|rpm)$)/.test(name))
      await rm(join(folder, name), { recursive: true });
  }
  const charts: string[] = [];
  for (const [layout, source] of Object.entries(CHARTS)) charts.push(await chart({ helm, folder, layout, source }));
  const values = image === undefined ? [] : [`image.repository=${image.repository}`, `image.digest=${image.digest ?? ''}`];
  await writeFile(join(folder, 'install.yaml'), await installManifest({ helm, chart: CHART, values }));
  const crds = (await readdir(join(ROOT, 'crds'))).sort().map(async (name) => await readFile(join(ROOT, 'crds', name), 'utf8'));
  await writeFile(join(folder, 'crds.yaml'), (await Promise.all(crds)).join('---\n'));
  const plugin = await pluginArchive({ folder, baseUrl: downloadUrl });
  const files = [...charts, 'install.yaml', 'crds.yaml', ...plugin].sort();
  await writeFile(join(folder, 'SHA256SUMS'), (await Promise.all(files.map(async (file) => await sum(folder, file)))).join(''));
  return files;
}

/** Packages a chart, also as an OCI layout; resolves with the name of the archive. */
async function chart(options: { readonly helm: string; readonly folder: string; readonly layout: string; readonly source: string }) {
  const { helm, folder, layout, source } = options;
  const { stdout: wrote } = await run(helm, ['package', source, '--destination', folder]);
  const [file] = /[^/\s]+\.tgz/.exec(wrote) ?? [];
  if (file === undefined) throw new Error(`helm package does not say which file it wrote: ${wrote}`);
  const { stdout: chartYaml } = await run(helm, ['show', 'chart', join(folder, file)]);
  await chartOciLayout({ folder: join(folder, layout), archive: await readFile(join(folder, file)), chartYaml });
  return file;
}

/** As sha256sum writes it. */
async function sum(folder: string, file: string): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(join(folder, file)))
    .digest('hex');
  return `${digest}  ${file}\n`;
}

if (import.meta.main) {
  const [repository, digest] = process.argv.slice(2);
  if (repository?.startsWith('-') === true) {
    process.stderr.write('usage: npm run release -- [REPOSITORY [DIGEST]], of the image that was pushed\n');
    process.exit(64);
  }
  const folder = join(ROOT, 'dist');
  const image = repository === undefined ? {} : { image: { repository, ...(digest === undefined ? {} : { digest }) } };
  const files = await release({ folder, ...image, onProgress: (line) => process.stdout.write(`${line}\n`) });
  for (const file of [...files, ...Object.keys(CHARTS).map((name) => `${name}/`), 'SHA256SUMS']) process.stdout.write(`dist/${file}\n`);
}
