/** A fragment of a manifest, as guides show it, becomes whole: it is put where the schema has a place for just its fields. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../../unit/architecture/sourceFiles.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

type Value = Readonly<Record<string, unknown>>;

/** Ends of paths that stand for the one element of a list, as in `adapters[0]`. */
const FIRST = 0;
type Path = readonly (string | number)[];

/** Least objects that a fragment is put into. */
const BASES: Readonly<Record<string, Value>> = {
  SriovHost: {
    spec: {
      esxi: { address: 'esx-01.example.com', credentialsSecretRef: { name: 'esx-01' }, trustOnFirstUse: true },
      adapters: [{ name: 'fabric0', selector: { macAddress: 'b8:59:9f:aa:bb:cc' }, ports: [{ number: 1, vfs: 8 }] }],
    },
  },
  SriovVmAttachment: {
    spec: {
      hostRef: { name: 'esx-01' },
      vm: { name: 'db-01' },
      function: { adapter: 'fabric0', port: 1 },
      network: { portGroup: 'VM Network' },
    },
  },
};

/** Every whole object that the fragment can be part of; the API server says which of them it takes. */
export function completions(fragment: Value): readonly Value[] {
  return Object.entries(BASES).flatMap(([kind, base]) =>
    placesFor(Object.keys(fragment), schemaOf(kind)).map((path) => ({
      apiVersion: 'sriov.esxi.io/v1alpha1',
      kind,
      metadata: { name: 'fragment', namespace: 'sriov' },
      ...merge(base, wrap(path, fragment)),
    })),
  );
}

function schemaOf(kind: string): Schema {
  const file = kind === 'SriovHost' ? 'sriovhosts' : 'sriovvmattachments';
  const crd = parse(readFileSync(join(ROOT, `crds/sriov.esxi.io_${file}.yaml`), 'utf8')) as Crd;
  const properties = crd.spec.versions[0]?.schema.openAPIV3Schema.properties ?? {};
  return { properties: { spec: properties['spec'] ?? {} } };
}

function placesFor(keys: readonly string[], schema: Schema, path: Path = []): readonly Path[] {
  if (schema.items !== undefined) return placesFor(keys, schema.items, [...path, FIRST]);
  const own = keys.length > 0 && keys.every((key) => schema.properties?.[key] !== undefined) ? [path] : [];
  const below = Object.entries(schema.properties ?? {}).flatMap(([key, part]) => placesFor(keys, part, [...path, key]));
  return [...own, ...below];
}

function wrap(path: Path, value: unknown): Value {
  return path.reduceRight<unknown>((inner, key) => (key === FIRST ? [inner] : { [key]: inner }), value) as Value;
}

/** Objects are merged, and the first elements of lists; anything else of the fragment wins. */
function merge(base: Value, fragment: Value): Value {
  const merged = Object.entries(fragment).map(([key, value]) => [key, mergeValues(base[key], value)] as const);
  return { ...base, ...Object.fromEntries(merged) };
}

function mergeValues(before: unknown, value: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(value)) return value.map((each, index) => mergeValues(before[index], each));
  return isObject(before) && isObject(value) ? merge(before, value) : value;
}

function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
