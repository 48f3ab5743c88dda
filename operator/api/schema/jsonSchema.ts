/** Our schemas as JSON Schema, as users write them: fields with a default are optional. The only place that asks zod for it. */
import { z } from 'zod';

export type JsonSchema = Readonly<Record<string, unknown>>;

export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' });
}
