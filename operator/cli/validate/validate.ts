/** Checks a value against a structural schema as the API server does: form first, then the CEL rules. Pure. */

import { isDeepStrictEqual } from 'node:util';
import { evaluate } from '../cel/evaluate.ts';
import { CelUnsupported, parseCel } from '../cel/parse.ts';
import { textOfError } from '../exit.ts';
import type { Rule, Schema } from './schema.ts';

export interface Verdict {
  /** `field: what is wrong`, in the words of the schema where it has some. */
  readonly faults: readonly string[];
  /** Rules that only the API server can judge. */
  readonly left: readonly string[];
}

export function validate(value: unknown, schema: Schema): Verdict {
  const form = checkForm(value, schema, '');
  if (form.length > 0) return { faults: form, left: [] };
  const left: string[] = [];
  return { faults: checkRules(value, schema, '', left), left };
}

function checkForm(value: unknown, schema: Schema, path: string): readonly string[] {
  if (!hasType(value, schema.type)) return [`${named(path)}: must be of type ${schema.type}, is ${shown(value)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return [`${path}: ${shown(value)} is not supported; use ${schema.enum.map(String).join(', ')}`];
  }
  if (Array.isArray(value)) return checkList(value, schema, path);
  if (typeof value === 'object' && value !== null) return checkMap(value as Readonly<Record<string, unknown>>, schema, path);
  return checkBounds(value, schema, path);
}

function checkBounds(value: unknown, schema: Schema, path: string): readonly string[] {
  const { minimum, maximum, minLength, maxLength, pattern } = schema;
  const faults: string[] = [];
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) faults.push(`${path}: ${value} must be greater than or equal to ${minimum}`);
    if (maximum !== undefined && value > maximum) faults.push(`${path}: ${value} must be less than or equal to ${maximum}`);
  }
  if (typeof value === 'string') {
    const { length } = [...value];
    if (minLength !== undefined && length < minLength) faults.push(`${path}: must have at least ${minLength} characters`);
    if (maxLength !== undefined && length > maxLength) faults.push(`${path}: may have at most ${maxLength} characters, has ${length}`);
    if (pattern !== undefined && !new RegExp(pattern).test(value)) faults.push(`${path}: ${shown(value)} does not match ${pattern}`);
  }
  return faults;
}

function checkList(value: readonly unknown[], schema: Schema, path: string): readonly string[] {
  const { minItems, maxItems, items = {}, 'x-kubernetes-list-map-keys': keys } = schema;
  const faults: string[] = [];
  if (minItems !== undefined && value.length < minItems) faults.push(`${path}: must have at least ${minItems} items`);
  if (maxItems !== undefined && value.length > maxItems) faults.push(`${path}: may have at most ${maxItems} items, has ${value.length}`);
  faults.push(...value.flatMap((item, index) => checkForm(item, items, `${path}[${index}]`)));
  if (faults.length === 0 && keys !== undefined) faults.push(...duplicates(value, keys, path));
  return faults;
}

function duplicates(value: readonly unknown[], keys: readonly string[], path: string): readonly string[] {
  const keyOf = (item: unknown): readonly unknown[] => keys.map((key) => (item as Readonly<Record<string, unknown>>)[key]);
  return value.flatMap((item, index) =>
    value.slice(0, index).some((earlier) => isDeepStrictEqual(keyOf(earlier), keyOf(item)))
      ? [`${path}[${index}]: duplicate ${keys.join(', ')} ${keyOf(item).map(shown).join(', ')}`]
      : [],
  );
}

function checkMap(value: Readonly<Record<string, unknown>>, schema: Schema, path: string): readonly string[] {
  const { properties = {}, required = [], additionalProperties, maxProperties } = schema;
  const faults = required.filter((name) => value[name] === undefined).map((name) => `${join(path, name)}: required, and missing`);
  if (maxProperties !== undefined && Object.keys(value).length > maxProperties)
    faults.push(`${path}: may have at most ${maxProperties} entries`);
  for (const [name, one] of Object.entries(value)) {
    const field = properties[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
    if (field !== undefined) faults.push(...checkForm(one, field, join(path, name)));
    else if (schema.properties !== undefined || additionalProperties === false)
      faults.push(`unknown field ${join(path, name)}; is it misspelt?`);
  }
  return faults;
}

/** Inner rules first, as their faults are the more exact ones. `left` collects what cannot be judged here. */
function checkRules(value: unknown, schema: Schema, path: string, left: string[]): readonly string[] {
  const inner = Array.isArray(value)
    ? value.flatMap((item, index) => checkRules(item, schema.items ?? {}, `${path}[${index}]`, left))
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, one]) => checkRules(one, fieldOf(schema, name), join(path, name), left))
      : [];
  return [...inner, ...(schema['x-kubernetes-validations'] ?? []).flatMap((rule) => checkRule(value, rule, path, left))];
}

function fieldOf({ properties, additionalProperties }: Schema, name: string): Schema {
  return properties?.[name] ?? (typeof additionalProperties === 'object' ? additionalProperties : {});
}

function checkRule(value: unknown, rule: Rule, path: string, left: string[]): readonly string[] {
  // Rules about a change have nothing to say about a new object.
  if (/\boldSelf\b/.test(rule.rule)) return [];
  try {
    if (evaluate(parseCel(rule.rule), { self: value }) === true) return [];
    const where = `${path}${rule.fieldPath ?? ''}`;
    const what = typeof value === 'object' ? '' : `${shown(value)} `;
    return [`${named(where)}: ${what}${messageOf(rule, value)}`];
  } catch (error) {
    if (error instanceof CelUnsupported) left.push(`${named(path)}: ${rule.rule}`);
    else return [`${named(path)}: ${rule.message ?? rule.rule} (${textOfError(error)})`];
    return [];
  }
}

function messageOf({ rule, message, messageExpression }: Rule, value: unknown): string {
  if (messageExpression !== undefined) {
    try {
      return String(evaluate(parseCel(messageExpression), { self: value }));
    } catch {
      // The plain message says the same with less detail; the API server does likewise.
    }
  }
  return message ?? `does not meet ${rule}`;
}

function hasType(value: unknown, type: Schema['type']): boolean {
  if (type === undefined) return true;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function named(path: string): string {
  return path === '' ? 'the object' : path;
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}
