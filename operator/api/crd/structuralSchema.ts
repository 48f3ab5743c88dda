/**
 * JSON Schema as zod writes it -> structural schema as a CustomResourceDefinition takes it. Pure.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
import { type CelRule, PATTERN_MESSAGE } from '../schema/rules.ts';

export type Schema = Readonly<Record<string, unknown>>;

const VALIDATIONS = 'x-kubernetes-validations';

/** Keys that the API server refuses in a structural schema, or that say nothing there. */
const DROPPED: ReadonlySet<string> = new Set(['$schema', '~standard', 'id', 'propertyNames', PATTERN_MESSAGE]);

/** The schema, cleaned at every level. Throws on what a CustomResourceDefinition cannot say, such as a union. */
export function structuralSchema(schema: Schema, path = 'schema'): Schema {
  refuse(schema, path);
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (DROPPED.has(key) || isSafeIntegerBound(key, value)) continue;
    result[key] = child(key, value, path);
  }
  if (result['properties'] !== undefined) delete result['additionalProperties'];
  return patternAsRule(result, schema[PATTERN_MESSAGE]);
}

function refuse(schema: Schema, path: string): void {
  for (const key of ['anyOf', 'oneOf', 'allOf', 'not', '$ref', 'patternProperties', 'const']) {
    if (key in schema) throw new Error(`${path}: ${key} has no place in a structural schema; use optional fields and a CEL rule`);
  }
}

function child(key: string, value: unknown, path: string): unknown {
  if (key === 'properties') {
    return Object.fromEntries(
      Object.entries(value as Record<string, Schema>).map(([name, field]) => [name, structuralSchema(field, `${path}.${name}`)]),
    );
  }
  if (key === 'items') return structuralSchema(value as Schema, `${path}[]`);
  if (key === 'additionalProperties' && typeof value === 'object') return structuralSchema(value as Schema, `${path}{}`);
  return value;
}

/** `z.int()` bounds every integer by what JavaScript can count; format int32 or int64 says what is meant. */
function isSafeIntegerBound(key: string, value: unknown): boolean {
  return (key === 'minimum' && value === Number.MIN_SAFE_INTEGER) || (key === 'maximum' && value === Number.MAX_SAFE_INTEGER);
}

/** The API server reports a pattern by printing it. As a CEL rule the same check names the value (the server puts it first) and the remedy. */
function patternAsRule(schema: Record<string, unknown>, mustBe: unknown): Schema {
  const { pattern, ...rest } = schema;
  if (typeof pattern !== 'string' || typeof mustBe !== 'string') return schema;
  const rule: CelRule = { rule: `self.matches(${celString(pattern)})`, message: `must be ${mustBe}` };
  return { ...rest, [VALIDATIONS]: [rule, ...((rest[VALIDATIONS] as CelRule[] | undefined) ?? [])] };
}

/** A CEL string literal. JSON escapes are CEL escapes too. */
function celString(text: string): string {
  return JSON.stringify(text);
}
