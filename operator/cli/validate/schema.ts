/** The schemas of our CRDs, as the API server has them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectFolder } from '../projectFolder.ts';

export interface Rule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly fieldPath?: string;
}

export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly 'x-kubernetes-validations'?: readonly Rule[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

interface Crd {
  readonly spec: {
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

let read: Promise<ReadonlyMap<string, Schema>> | undefined;

/** By `kind/version`; the files are read once. */
export async function readSchemas(): Promise<ReadonlyMap<string, Schema>> {
  read ??= readFiles();
  return await read;
}

async function readFiles(): Promise<ReadonlyMap<string, Schema>> {
  const folder = join(projectFolder(), 'crds');
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const crds = await Promise.all(files.map(async (name) => parse(await readFile(join(folder, name), 'utf8')) as Crd));
  return new Map(
    crds.flatMap(({ spec }) => spec.versions.map(({ name, schema }) => [`${spec.names.kind}/${name}`, schema.openAPIV3Schema] as const)),
  );
}

/** The value with the defaults that the API server would fill in, at every level. Pure. */
export function withDefaults(value: unknown, schema: Schema): unknown {
  if (Array.isArray(value)) return schema.items === undefined ? value : value.map((item) => withDefaults(item, schema.items ?? {}));
  if (typeof value !== 'object' || value === null) return value;
  const given = value as Readonly<Record<string, unknown>>;
  const defaults = Object.entries(schema.properties ?? {}).flatMap(([name, field]) =>
    given[name] === undefined && field.default !== undefined ? [[name, structuredClone(field.default)] as const] : [],
  );
  const merged = { ...given, ...Object.fromEntries(defaults) };
  return Object.fromEntries(
    Object.entries(merged).map(([name, one]) => [name, withDefaults(one, schema.properties?.[name] ?? {})] as const),
  );
}
