/** Evaluates the part of CEL that our CRDs use. Pure. */
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { CelUnsupported, type Expression } from './parse.ts';

export type Scope = Readonly<Record<string, unknown>>;

/** Throws CelUnsupported for what it does not know, and Error where CEL would: a missing field, a wrong type. */
export function evaluate(expression: Expression, scope: Scope): unknown {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      if (!Object.hasOwn(scope, expression.name)) throw new CelUnsupported(`the name ${expression.name}`);
      return scope[expression.name];
    case 'list':
      return expression.items.map((item) => evaluate(item, scope));
    case 'member':
      return entryOf(evaluate(expression.of, scope), expression.name);
    case 'index':
      return entryOf(evaluate(expression.of, scope), evaluate(expression.at, scope));
    case 'not':
      return !truth(evaluate(expression.of, scope));
    case 'binary':
      return binary(expression, scope);
    case 'choice':
      return evaluate(truth(evaluate(expression.when, scope)) ? expression.then : expression.otherwise, scope);
    case 'call':
      return call(expression, scope);
    default:
      return expression satisfies never;
  }
}

function binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: Scope): unknown {
  const a = evaluate(left, scope);
  if (operator === '&&') return truth(a) && truth(evaluate(right, scope));
  if (operator === '||') return truth(a) || truth(evaluate(right, scope));
  const b = evaluate(right, scope);
  if (operator === '==') return isDeepStrictEqual(a, b);
  if (operator === '!=') return !isDeepStrictEqual(a, b);
  if (operator === 'in') return Array.isArray(b) ? b.some((item) => isDeepStrictEqual(item, a)) : Object.hasOwn(asMap(b), String(a));
  if (operator === '+') return typeof a === 'number' ? a + Number(b) : String(a) + String(b);
  const [x, y] = [Number(a), Number(b)];
  return operator === '<' ? x < y : operator === '<=' ? x <= y : operator === '>' ? x > y : x >= y;
}

type Call = Extract<Expression, { kind: 'call' }>;

const MACROS: Readonly<Record<string, (items: readonly unknown[], holds: (item: unknown) => boolean) => unknown>> = {
  all: (items, holds) => items.every(holds),
  exists: (items, holds) => items.some(holds),
  exists_one: (items, holds) => items.filter(holds).length === 1,
  filter: (items, holds) => items.filter(holds),
};

function call({ name, on, args }: Call, scope: Scope): unknown {
  const [first, second] = args;
  if (on === undefined) return global(name, first, scope);
  const target = evaluate(on, scope);
  const macro = MACROS[name];
  if (macro !== undefined && first?.kind === 'name' && second !== undefined) {
    // The items of a map are its keys.
    const items = Array.isArray(target) ? target : Object.keys(asMap(target));
    return macro(items, (item) => truth(evaluate(second, { ...scope, [first.name]: item })));
  }
  return method(name, target, first === undefined ? undefined : evaluate(first, scope));
}

function global(name: string, argument: Expression | undefined, scope: Scope): unknown {
  if (name === 'has' && argument?.kind === 'member') {
    const owner = evaluate(argument.of, scope);
    return Object.hasOwn(asMap(owner), argument.name);
  }
  if (name === 'isIP' && argument !== undefined) return isIP(String(evaluate(argument, scope))) !== 0;
  if (name === 'size' && argument !== undefined) return sizeOf(evaluate(argument, scope));
  throw new CelUnsupported(`the function ${name}`);
}

function method(name: string, target: unknown, argument: unknown): unknown {
  const text = String(target);
  switch (name) {
    case 'matches':
      return toRegExp(String(argument)).test(text);
    case 'contains':
      return text.includes(String(argument));
    case 'startsWith':
      return text.startsWith(String(argument));
    case 'endsWith':
      return text.endsWith(String(argument));
    case 'lowerAscii':
      return text.toLowerCase();
    case 'size':
      return sizeOf(target);
    default:
      throw new CelUnsupported(`the function ${name}`);
  }
}

/** CEL has RE2, where `[]]` is a class with a bracket in it; JavaScript would read an empty class. */
function toRegExp(pattern: string): RegExp {
  if (/\(\?|\\[pPQEAzC]/.test(pattern)) throw new CelUnsupported(`the pattern ${pattern}`);
  return new RegExp(pattern.replaceAll('[]]', '\\]'));
}

function sizeOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : Array.isArray(value) ? value.length : Object.keys(asMap(value)).length;
}

function entryOf(owner: unknown, key: unknown): unknown {
  if (Array.isArray(owner) && typeof key === 'number' && key < owner.length) return owner[key];
  if (!Array.isArray(owner) && Object.hasOwn(asMap(owner), String(key))) return asMap(owner)[String(key)];
  throw new Error(`no such key: ${String(key)}`);
}

function asMap(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new Error('not a map');
}

function truth(value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new Error(`${String(value)} is neither true nor false`);
}
