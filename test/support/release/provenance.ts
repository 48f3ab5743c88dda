/**
 * `npm run release:provenance -- SOURCE [IMAGE@DIGEST]`: writes dist/provenance.json, a SLSA v1 provenance statement in the form of in-toto, unsigned, for
 * the files of dist/, the chart as an OCI artifact, and the image. Signing is what cosign does with it: docs/supply-chain.md.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { releaseTime, revision } from './sbom.ts';

const ROOT = join(import.meta.dirname, '../../..');

export interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
}

export interface Build {
  readonly subjects: readonly Subject[];
  /** Where the source is, for example git+https://git.example.com/sriov/operator. */
  readonly source: string;
  readonly revision: string;
  readonly version: string;
  /** sha256 of package-lock.json, which names every package with its hash. */
  readonly lockDigest: string;
  /** Who builds: a URI that a verifier knows. */
  readonly builder: string;
  readonly time: string;
}

/** Pure. The predicate alone is what `cosign attest --predicate` takes. */
export function provenance(build: Build) {
  const predicate = {
    buildDefinition: {
      buildType: `${build.source}/docs/supply-chain.md#build`,
      externalParameters: { source: build.source, revision: build.revision, version: build.version },
      internalParameters: {},
      resolvedDependencies: [
        { uri: `${build.source}@${build.revision}`, digest: { gitCommit: build.revision } },
        { uri: `${build.source}/package-lock.json`, digest: { sha256: build.lockDigest } },
      ],
    },
    runDetails: {
      builder: { id: build.builder },
      metadata: { invocationId: `${build.revision}-${build.time}`, startedOn: build.time, finishedOn: build.time },
    },
  };
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: build.subjects,
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate,
  } as const;
}

/** What a release folder holds: its files, and the chart by the digest that a registry gives it. */
export async function subjectsOf(folder: string): Promise<readonly Subject[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() && !/^provenance/.test(entry.name)).map(({ name }) => name);
  const files = await Promise.all(names.sort().map(async (name) => ({ name, digest: { sha256: await sha256(join(folder, name)) } })));
  const index = await readFile(join(folder, 'chart-oci/index.json'), 'utf8').catch(() => undefined);
  const manifests =
    index === undefined ? [] : (JSON.parse(index) as { readonly manifests: readonly { readonly digest: string }[] }).manifests;
  return [...files, ...manifests.map(({ digest }) => ({ name: 'chart-oci', digest: { sha256: digest.replace('sha256:', '') } }))];
}

/** `registry/repository@sha256:...` as a subject. */
export function imageSubject(reference: string): Subject {
  const [, name, sha256] = /^([^@]+)@sha256:([0-9a-f]{64})$/.exec(reference) ?? [];
  if (name === undefined || sha256 === undefined)
    throw new Error(`'${reference}' is no image with a digest; write it like registry/name@sha256:...`);
  return { name, digest: { sha256 } };
}

async function sha256(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

if (import.meta.main) {
  const [source, image] = process.argv.slice(2);
  if (source === undefined) throw new Error('name the source, for example git+https://git.example.com/sriov/operator');
  const folder = join(ROOT, 'dist');
  const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const statement = provenance({
    subjects: [...(await subjectsOf(folder)), ...(image === undefined ? [] : [imageSubject(image)])],
    source,
    revision: await revision(),
    version,
    lockDigest: await sha256(join(ROOT, 'package-lock.json')),
    builder: process.env['BUILDER_ID'] ?? `${source}/docs/supply-chain.md#by-hand`,
    time: releaseTime(process.env),
  });
  await writeFile(join(folder, 'provenance.json'), `${JSON.stringify(statement, undefined, 2)}\n`);
  await writeFile(join(folder, 'provenance.predicate.json'), `${JSON.stringify(statement.predicate, undefined, 2)}\n`);
  process.stdout.write(`dist/provenance.json: ${statement.subject.length} subjects\n`);
}
