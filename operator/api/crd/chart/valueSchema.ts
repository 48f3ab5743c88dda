/** Words to describe the chart's values: each is a JSON schema with a default, from which values.yaml, its schema and the README come. */

export interface ValueSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean' | readonly ['integer', 'null'] | readonly ['boolean', 'null'];
  readonly description?: string;
  /** Left out only in objects with properties, whose default is made of theirs, and below lists. */
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, ValueSchema>>;
  readonly additionalProperties?: false | ValueSchema;
  readonly items?: ValueSchema;
  readonly [keyword: string]: unknown;
}

type Keywords = Readonly<Record<string, unknown>>;

/** An object whose keys are all known: a misspelt one is refused. */
export function section(description: string, properties: Readonly<Record<string, ValueSchema>>, more: Keywords = {}): ValueSchema {
  return { type: 'object', description, additionalProperties: false, properties, ...more };
}

/** Free keys, as in labels; values are texts. */
export function texts(description: string, preset: Readonly<Record<string, string>> = {}): ValueSchema {
  return { type: 'object', description, default: preset, additionalProperties: { type: 'string' } };
}

/** A part of a Kubernetes object, whose form the API server checks. */
export function raw(description: string): ValueSchema {
  return { type: 'object', description, default: {} };
}

export function text(description: string, preset: string, more: Keywords = {}): ValueSchema {
  return { type: 'string', description, default: preset, ...more };
}

export function choice(description: string, [preset, ...others]: readonly [string, ...string[]]): ValueSchema {
  return { type: 'string', description, default: preset, enum: [preset, ...others] };
}

export function flag(description: string, preset: boolean): ValueSchema {
  return { type: 'boolean', description, default: preset };
}

export function whole(description: string, preset: number, [minimum, maximum]: readonly [number, number]): ValueSchema {
  return { type: 'integer', description, default: preset, minimum, maximum };
}

export function list(description: string, items: ValueSchema, preset: readonly unknown[] = []): ValueSchema {
  return { type: 'array', description, default: preset, items, uniqueItems: true };
}

/** A text that matches: for the items of lists. */
export function form(pattern: string): ValueSchema {
  return { type: 'string', pattern };
}

/** What values.yaml says when nobody changes anything. */
export function defaultOf(schema: ValueSchema): unknown {
  if (schema.default !== undefined || schema.properties === undefined) return schema.default;
  return Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, defaultOf(value)]));
}
