/** The SBOM and the provenance of a release, made from this checkout, keep to the rules of their formats. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CycloneDx } from '../support/release/cycloneDx.ts';
import { imageSubject, provenance, subjectsOf } from '../support/release/provenance.ts';
import { releaseTime, sbom } from '../support/release/sbom.ts';

const ROOT = join(import.meta.dirname, '../..');
const CREATED = '2026-01-01T00:00:00Z';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supply-chain-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the SBOM', () => {
  let document: CycloneDx;

  beforeAll(async () => {
    const root = join(folder, 'root');
    await mkdir(join(root, 'etc'), { recursive: true });
    await mkdir(join(root, 'var/lib/dpkg/status.d'), { recursive: true });
    await writeFile(join(root, 'etc/os-release'), 'NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n');
    const status = 'Package: libstdc++6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 12.2.0-14+deb12u1\n';
    await writeFile(join(root, 'var/lib/dpkg/status.d/libstdc++6'), status);
    document = await sbom({ imageRoot: root, created: CREATED });
  }, 120_000);

  it('is CycloneDX 1.6 with a serial number that depends on its content only', async () => {
    expect(document).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1, metadata: { timestamp: CREATED } });
    // The pattern of the schema.
    expect(document.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    expect((await sbom({ imageRoot: join(folder, 'root'), created: CREATED })).serialNumber).toBe(document.serialNumber);
  }, 120_000);

  it('lists what has code in the bundle, and nothing that is for development', () => {
    const names = document.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['node', 'ssh2', 'soap', 'undici', 'winston', 'libstdc++6']));
    for (const absent of ['jest', 'typescript', 'zod', 'esbuild', 'fast-check']) expect(names).not.toContain(absent);
  });

  it('names every component once, with version, package URL and, for packages of npm, licence and hash', () => {
    const references = document.components.map((component) => component['bom-ref']);
    expect(new Set(references).size).toBe(references.length);
    for (const component of document.components) {
      expect(component.version).not.toBe('');
      expect(component.purl).toMatch(/^pkg:(npm|generic|deb)\/[\w.%/-]+@[\w.%~-]+(\?[\w=&.-]+)?$/);
    }
    for (const component of document.components.filter(({ purl }) => purl.startsWith('pkg:npm/'))) {
      expect(component.licenses).toHaveLength(1);
      expect(component.hashes).toEqual([{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
    }
    expect(document.components.at(-1)?.purl).toBe('pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12');
  });

  it('connects every component with the product', () => {
    const graph = new Map(document.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const open = [document.dependencies[0]?.ref ?? ''];
    for (let ref = open.pop(); ref !== undefined; ref = open.pop()) {
      if (reached.has(ref)) continue;
      reached.add(ref);
      expect(graph.has(ref)).toBe(true);
      open.push(...(graph.get(ref) ?? []));
    }
    expect(document.components.map((component) => component['bom-ref']).filter((ref) => !reached.has(ref))).toEqual([]);
  });
});

describe('the provenance', () => {
  it('is an in-toto statement of SLSA v1 about every file, the chart as an artifact, and the image', async () => {
    const dist = join(folder, 'dist');
    await mkdir(join(dist, 'chart-oci'), { recursive: true });
    await writeFile(join(dist, 'install.yaml'), 'a: 1\n');
    await writeFile(join(dist, 'provenance.json'), 'an old one');
    await writeFile(join(dist, 'chart-oci/index.json'), JSON.stringify({ manifests: [{ digest: `sha256:${'b'.repeat(64)}` }] }));
    const image = `registry.example.com/sriov/operator@sha256:${'c'.repeat(64)}`;
    const source = 'git+https://git.example.com/sriov/operator';
    const statement = provenance({
      subjects: [...(await subjectsOf(dist)), imageSubject(image)],
      source,
      revision: 'd'.repeat(40),
      version: '1.2.3',
      lockDigest: createHash('sha256')
        .update(await readFile(join(ROOT, 'package-lock.json')))
        .digest('hex'),
      builder: 'https://ci.example.com/builder/v1',
      time: CREATED,
    });
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      subject: [
        { name: 'install.yaml', digest: { sha256: createHash('sha256').update('a: 1\n').digest('hex') } },
        { name: 'chart-oci', digest: { sha256: 'b'.repeat(64) } },
        { name: 'registry.example.com/sriov/operator', digest: { sha256: 'c'.repeat(64) } },
      ],
      predicate: {
        buildDefinition: {
          buildType: expect.stringContaining(source),
          externalParameters: { revision: 'd'.repeat(40), version: '1.2.3' },
          resolvedDependencies: [
            { digest: { gitCommit: 'd'.repeat(40) } },
            { digest: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) } },
          ],
        },
        runDetails: { builder: { id: 'https://ci.example.com/builder/v1' }, metadata: { startedOn: CREATED } },
      },
    });
  });

  it.each([
    { why: 'a tag can move', image: 'registry.example.com/sriov/operator:0.2.0' },
    { why: 'a digest that is cut off', image: `registry.example.com/sriov/operator@sha256:${'c'.repeat(10)}` },
  ])('refuses $image: $why', ({ image }) => {
    expect(() => imageSubject(image)).toThrow(image);
  });

  it('has the time of SOURCE_DATE_EPOCH where it is set', () => {
    expect(releaseTime({ SOURCE_DATE_EPOCH: '1767225600' })).toBe(CREATED);
  });
});
