/** Structural schema -> what a reader wants to know of each field. Pure; the API reference is made of it. */
import type { CelRule } from '../schema/rules.ts';
import type { Schema } from './structuralSchema.ts';

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
  /** Set for an object, and for a list of objects: the schema of the object. */
  readonly object: Schema | undefined;
  readonly repeated: boolean;
}

/** In the order of the schema, which is the order of importance. */
export function fieldsOf(schema: Schema): readonly Field[] {
  const required = (schema['required'] as readonly string[] | undefined) ?? [];
  return Object.entries((schema['properties'] as Record<string, Schema> | undefined) ?? {}).map(([name, field]) => {
    const items = field['items'] as Schema | undefined;
    const inner = items ?? field;
    return {
      name,
      schema: field,
      required: required.includes(name),
      object: inner['properties'] === undefined ? undefined : inner,
      repeated: items !== undefined,
    };
  });
}

export function typeOf(schema: Schema): string {
  const items = schema['items'] as Schema | undefined;
  if (items !== undefined) return `list of ${typeOf(items)}`;
  const values = schema['additionalProperties'] as Schema | undefined;
  if (values !== undefined) return `map of ${typeOf(values)}`;
  return String(schema['format'] ?? schema['type']);
}

/** Limits and rules in words. */
export function constraintsOf(schema: Schema): readonly string[] {
  const keys = schema['x-kubernetes-list-map-keys'] as readonly string[] | undefined;
  const rules = schema['properties'] === undefined ? rulesOf(schema) : [];
  const items = schema['items'] as Schema | undefined;
  return [
    oneOf(schema['enum']),
    range(schema),
    count(schema, 'Items', 'entries'),
    count(schema, 'Properties', 'entries'),
    typeof schema['pattern'] === 'string' ? `Matches \`${schema['pattern']}\`.` : '',
    keys === undefined ? '' : `No two with the same ${keys.join(', ')}.`,
    ...rules.map(sentence),
    ...(items === undefined || items['properties'] !== undefined ? [] : rulesOf(items).map((rule) => sentence(`each ${rule}`))),
  ].filter((text) => text !== '');
}

/** The messages of the CEL rules on this very value. */
export function rulesOf(schema: Schema): readonly string[] {
  return ((schema['x-kubernetes-validations'] as readonly CelRule[] | undefined) ?? []).map((rule) =>
    rule.fieldPath === undefined ? `${rule.message}` : `${rule.fieldPath.slice(1)} ${rule.message}`,
  );
}

function oneOf(values: unknown): string {
  return Array.isArray(values) ? `One of ${values.map((value) => `\`${value}\``).join(', ')}.` : '';
}

function range(schema: Schema): string {
  const { minimum, maximum } = schema as { readonly minimum?: number; readonly maximum?: number };
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}.`;
  if (minimum !== undefined) return `At least ${minimum}.`;
  return maximum === undefined ? '' : `At most ${maximum}.`;
}

function count(schema: Schema, of: 'Items' | 'Properties', word: string): string {
  const [least, most] = [schema[`min${of}`], schema[`max${of}`]];
  if (least !== undefined && most !== undefined) return `${least} to ${most} ${word}.`;
  return most === undefined ? '' : `At most ${most} ${word}.`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
