/** From JSON Schema to what a CustomResourceDefinition takes. */
import { describe, expect, it } from '@jest/globals';
import { structuralSchema } from '../../../operator/api/crd/structuralSchema.ts';
import { PATTERN_MESSAGE } from '../../../operator/api/schema/rules.ts';

describe('structuralSchema', () => {
  it.each([
    { why: 'the API server refuses $schema', from: { $schema: 'x', type: 'object' }, to: { type: 'object' } },
    {
      why: 'additionalProperties beside properties is refused; unknown fields are pruned anyway',
      from: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
      to: { type: 'object', properties: { a: { type: 'string' } } },
    },
    {
      why: 'a map keeps its value schema and loses the schema of its names',
      from: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'string', '~standard': 1 } },
      to: { type: 'object', additionalProperties: { type: 'string' } },
    },
    {
      why: 'bounds of JavaScript are not bounds of ours',
      from: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      to: { type: 'integer' },
    },
    { why: 'our own bounds stay', from: { type: 'integer', minimum: 1, maximum: 2 }, to: { type: 'integer', minimum: 1, maximum: 2 } },
    {
      why: 'a pattern without a message stays a pattern',
      from: { type: 'string', pattern: '^a$' },
      to: { type: 'string', pattern: '^a$' },
    },
    {
      why: 'a pattern with a message becomes a rule that says it, before the other rules',
      from: {
        type: 'string',
        pattern: '^[a"\\d]$',
        [PATTERN_MESSAGE]: 'an a: write "a"',
        'x-kubernetes-validations': [{ rule: 'true', message: 'm' }],
      },
      to: {
        type: 'string',
        'x-kubernetes-validations': [
          { rule: 'self.matches("^[a\\"\\\\d]$")', message: 'must be an a: write "a"' },
          { rule: 'true', message: 'm' },
        ],
      },
    },
    {
      why: 'every level is cleaned',
      from: { type: 'array', items: { type: 'object', properties: { a: { $schema: 'x', type: 'string' } }, additionalProperties: false } },
      to: { type: 'array', items: { type: 'object', properties: { a: { type: 'string' } } } },
    },
    {
      why: 'a field may be called like a keyword',
      from: { type: 'object', properties: { id: { type: 'string' }, pattern: { type: 'string' } } },
      to: { type: 'object', properties: { id: { type: 'string' }, pattern: { type: 'string' } } },
    },
  ])('$why', ({ from, to }) => {
    expect(structuralSchema(from)).toEqual(to);
  });

  it.each(['anyOf', 'oneOf', 'allOf', 'not', '$ref', 'patternProperties', 'const'])('refuses %s and says where', (key) => {
    expect(() => structuralSchema({ properties: { a: { items: { [key]: [] } } } }, 'K.spec')).toThrow(`K.spec.a[]: ${key}`);
  });
});
