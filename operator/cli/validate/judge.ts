/** Judges one manifest of ours, offline. */
import { CliError } from '../exit.ts';
import type { Manifest } from '../manifests.ts';
import { readSchemas, type Schema, withDefaults } from './schema.ts';
import { type Verdict, validate } from './validate.ts';

export interface Judged extends Verdict {
  /** With the defaults filled in. */
  readonly object: Manifest;
}

/** A DNS subdomain, as the API server wants names of objects. */
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

export async function judge(manifests: readonly Manifest[]): Promise<readonly Judged[]> {
  const schemas = await readSchemas();
  return manifests.map((manifest) => judgeOne(manifest, schemas));
}

function judgeOne(manifest: Manifest, schemas: ReadonlyMap<string, Schema>): Judged {
  const version = manifest.apiVersion.split('/')[1] ?? '';
  const schema = schemas.get(`${manifest.kind}/${version}`);
  if (schema === undefined) {
    throw new CliError(`there is no kind ${manifest.kind} in ${manifest.apiVersion}; known are ${[...schemas.keys()].join(', ')}`);
  }
  // What the schema says about metadata is that it is an object.
  const { metadata, ...rest } = manifest;
  const filled = withDefaults(rest, schema) as Omit<Manifest, 'metadata'>;
  const { faults, left } = validate(filled, schema);
  const { name } = metadata;
  const badName =
    NAME.test(name) && name.length <= 253 ? [] : [`metadata.name: "${name}" must be lower-case letters, digits, dashes and dots`];
  return { object: { ...filled, metadata }, faults: [...badName, ...faults], left };
}
