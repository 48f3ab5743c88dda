/**
 * A chart as an OCI image layout, the form in which registries, `skopeo`, `oras` and `cosign` take it without Helm.
 * Media types: https://helm.sh/docs/topics/registries/; layout: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
 */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface ChartArchive {
  readonly folder: string;
  /** The file that `helm package` wrote. */
  readonly archive: Uint8Array;
  readonly chartYaml: string;
}

/** Resolves with the digest of the manifest, which is what gets signed. */
export async function chartOciLayout({ folder, archive, chartYaml }: ChartArchive): Promise<string> {
  const blobs = join(folder, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const add = async (mediaType: string, content: Uint8Array): Promise<Descriptor> => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(blobs, hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.byteLength };
  };
  const chart = parse(chartYaml) as { readonly name: string; readonly version: string; readonly description: string };
  const config = await add('application/vnd.cncf.helm.config.v1+json', json(chart));
  const layer = await add('application/vnd.cncf.helm.chart.content.v1.tar+gzip', archive);
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const annotations = {
    'org.opencontainers.image.title': chart.name,
    'org.opencontainers.image.version': chart.version,
    'org.opencontainers.image.description': chart.description,
  };
  const manifest = await add(mediaType, json({ schemaVersion: 2, mediaType, config, layers: [layer], annotations }));
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations: { 'org.opencontainers.image.ref.name': chart.version } }] };
  await writeFile(join(folder, 'index.json'), json(index));
  await writeFile(join(folder, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  return manifest.digest;
}

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
