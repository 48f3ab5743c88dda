/** How the schemas say what JSON Schema has no word for: CEL rules, list types, and patterns with a message that helps. */
import { z } from 'zod';

/** A CEL rule that the API server checks at admission: https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelRule {
  readonly rule: string;
  readonly message?: string;
  /** CEL that gives the message where it can name a part of the value; `message` is the fallback. The server itself names scalar values. */
  readonly messageExpression?: string;
  /** Where the error is shown, relative to the value that the rule is on, for example `.sha256`. */
  readonly fieldPath?: string;
}

export const cel = (...rules: readonly CelRule[]): Record<string, unknown> => ({ 'x-kubernetes-validations': rules });

/** A list of objects that are told apart by `keys`: the API server refuses two with the same keys. */
export const listMap = (...keys: readonly string[]): Record<string, unknown> => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': keys,
});

export const atomicList: Record<string, unknown> = { 'x-kubernetes-list-type': 'atomic' };

/** Marks a string whose `pattern` becomes a CEL rule with this message: the API server's own words for a pattern are only the pattern. */
export const PATTERN_MESSAGE = 'x-pattern-message';

export interface Matching {
  /** In the common subset of JavaScript and RE2, anchored at both ends. */
  readonly pattern: RegExp;
  /** What is wanted and how to get it; the server prints field and value before it: `spec.x: Invalid value: "...": must be <mustBe>`. */
  readonly mustBe: string;
  readonly description: string;
  /** Generous, so that a value that is a bit too long gets `mustBe` and not only a number. */
  readonly maxLength?: number;
  /** Further CEL rules. */
  readonly rules?: readonly CelRule[];
}

/** A non-empty string of a certain form. */
export function matching(options: Matching): z.ZodString {
  return z
    .string()
    .min(1)
    .max(options.maxLength ?? 128)
    .regex(options.pattern)
    .meta({
      description: options.description,
      [PATTERN_MESSAGE]: options.mustBe,
      ...(options.rules === undefined ? {} : cel(...options.rules)),
    });
}
