/** What `npm run release` writes: one file for kubectl apply, a chart that Helm pulls from a registry, sums that are right; and the samples as a base. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { VERSION_OF_PRODUCT } from '../../operator/api/crd/chart/chartMetadata.ts';
import { withApiServer } from '../support/apiserver/withApiServer.ts';
import { release } from '../support/release/release.ts';
import { type Helm, objectsOf, startHelm } from './support/helm.ts';

// Every test starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

const BUILD_MS = 20 * 60_000;
const ROOT = join(import.meta.dirname, '../..');
const IMAGE = { repository: 'registry.example.com/sriov/operator', digest: `sha256:${'0a'.repeat(32)}` };
const cluster = withApiServer();
let helm: Helm;
let folder: string;
let files: readonly string[];

beforeAll(async () => {
  helm = await startHelm();
  folder = await mkdtemp(join(tmpdir(), 'release-'));
  files = await release({ folder, image: IMAGE });
}, BUILD_MS);
afterAll(async () => {
  await helm.dispose();
  await rm(folder, { recursive: true, force: true });
});

describe('the release', () => {
  it('has the charts of this version, and sums of its files', async () => {
    expect(files).toEqual(expect.arrayContaining(['', '-crds'].map((which) => `esxi-sriov-operator${which}-${VERSION_OF_PRODUCT}.tgz`)));
    const lines = (await readFile(join(folder, 'SHA256SUMS'), 'utf8')).trim().split('\n');
    const computed = files.map(
      async (file) =>
        `${createHash('sha256')
          .update(await readFile(join(folder, file)))
          .digest('hex')}  ${file}`,
    );
    expect(lines).toEqual(await Promise.all(computed));
  });

  it.each([
    { name: 'esxi-sriov-operator', oci: 'chart-oci' },
    { name: 'esxi-sriov-operator-crds', oci: 'crds-chart-oci' },
  ])('has the chart $name, which Helm pulls from a registry that serves its OCI layout', async ({ name, oci }) => {
    const layout = join(folder, oci);
    const { manifests } = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
      readonly manifests: readonly { digest: string }[];
    };
    const digest = manifests[0]?.digest ?? '';
    const registry = createServer((request, response) => {
      const wanted = request.url?.split('/').at(-1)?.replace(VERSION_OF_PRODUCT, digest) ?? '';
      if (request.url === '/v2/') return void response.end('{}');
      readFile(join(layout, 'blobs', wanted.replace(':', '/'))).then(
        (content) => {
          const type = wanted === digest ? 'application/vnd.oci.image.manifest.v1+json' : 'application/octet-stream';
          response.writeHead(200, { 'content-type': type, 'content-length': content.byteLength, 'docker-content-digest': wanted });
          response.end(request.method === 'HEAD' ? undefined : content);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const reference = `oci://127.0.0.1:${(registry.address() as AddressInfo).port}/charts/${name}`;
    try {
      const { code, stdout, stderr } = await helm.run(['show', 'chart', reference, '--version', VERSION_OF_PRODUCT, '--plain-http']);
      expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining(digest) });
      expect(stdout).toContain(`name: ${name}\n`);
      expect(stdout).toContain(`version: ${VERSION_OF_PRODUCT}`);
    } finally {
      registry.closeAllConnections();
      registry.close();
    }
  });
});

describe('install.yaml', () => {
  const apply = async (file: string) => await cluster().kubectl(['apply', '--server-side', '--validate=strict', '-f', file]);

  it('is taken whole by kubectl apply, Pod Security and admission policies included, and again without a change', async () => {
    const file = join(folder, 'install.yaml');
    const objects = objectsOf(await readFile(file, 'utf8'));
    const first = await apply(file);
    expect({ code: first.code, stderr: first.stderr }).toEqual({ code: 0, stderr: '' });
    expect(first.stdout.trim().split('\n')).toHaveLength(objects.length);
    const versions = async () =>
      (await cluster().kubectl(['get', '-f', file, '-o', 'jsonpath={.items[*].metadata.resourceVersion}'])).stdout;
    const before = await versions();
    expect(await apply(file)).toMatchObject({ code: 0 });
    expect(await versions()).toBe(before);
  });

  it('names exactly one image, and nothing that says Helm', async () => {
    const text = await readFile(join(folder, 'install.yaml'), 'utf8');
    expect([...text.matchAll(/^ +image: (.*)$/gm)].map(([, image]) => image?.replaceAll('"', ''))).toEqual([
      `${IMAGE.repository}@${IMAGE.digest}`,
    ]);
    const objects = objectsOf(text);
    expect(objects.filter(({ metadata }) => JSON.stringify(metadata).includes('elm'))).toEqual([]);
    expect(objects.filter(({ kind }) => kind === 'Pod')).toEqual([]);
  });

  it('has CRDs that crds.yaml has', async () => {
    const crds = async (file: string) =>
      objectsOf(await readFile(join(folder, file), 'utf8'))
        .filter(({ kind }) => kind === 'CustomResourceDefinition')
        .map(({ metadata, ...crd }) => ({ name: metadata.name, spec: crd['spec'] }));
    expect(await crds('install.yaml')).toEqual(await crds('crds.yaml'));
  });
});

describe('the samples', () => {
  it('are a Kustomize base that the API server takes in one go', async () => {
    const built = await cluster().kubectl(['kustomize', join(ROOT, 'docs/examples')]);
    expect({ code: built.code, stderr: built.stderr }).toEqual({ code: 0, stderr: '' });
    const tenant = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tenant-a' } });
    await cluster().kubectl(['apply', '-f', '-'], tenant);
    await cluster().kubectl(['wait', '--for=condition=Established', '--timeout=30s', '-f', join(folder, 'crds.yaml')]);
    const applied = await cluster().kubectl(['apply', '--server-side', '--validate=strict', '-f', '-'], built.stdout);
    expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: '' });
    expect(applied.stdout.trim().split('\n')).toHaveLength(objectsOf(built.stdout).length);
  });
});
