/**
 * Writing requests: JavaScript values to vim25 XML, in the order and with the types that the schema asks for.
 *
 * Callers name fields in any order; order.ts decides. A value that stands for a descendant of the declared type says so with
 * `$type`, which becomes `xsi:type`. Anything that the tables do not know is a programming error and throws.
 */
import { ANY_REFERENCE, fieldsOf, isKindOf, METHODS, type MethodName, REFERENCE, SIMPLE_TYPES, TYPES } from './order.ts';
import type { Ref } from './xmlNode.ts';

export type VimValue = string | number | boolean | Ref | VimObject | readonly VimValue[] | undefined;

export interface VimObject {
  readonly $type?: string;
  readonly [field: string]: VimValue;
}

/** One call of a method on a managed object. */
export interface VimCall {
  readonly method: MethodName;
  readonly on: Ref;
  readonly args?: Readonly<Record<string, VimValue>>;
}

export const VIM_NAMESPACE = 'urn:vim25';

/** The content of the SOAP body for a call. The prefix `xsi` is declared by the envelope. */
export function encodeCall(call: VimCall): string {
  const parameters = new Map<string, string>(Object.entries(METHODS[call.method]));
  const self = element('_this', ` type="${escapeXml(call.on.kind, call.method)}"`, escapeXml(call.on.value, call.method));
  const args = encodeFields(call.method, parameters, call.args ?? {});
  return `<${call.method} xmlns="${VIM_NAMESPACE}">${self}${args}</${call.method}>`;
}

function encodeFields(owner: string, order: ReadonlyMap<string, string>, values: Readonly<Record<string, VimValue>>): string {
  const unknown = Object.keys(values).filter((field) => field !== '$type' && !order.has(field));
  if (unknown.length > 0) {
    throw new TypeError(`${owner} has no field ${unknown.join(', ')} in operator/vsphere/order.ts`);
  }
  return [...order].map(([field, declared]) => encodeField(`${owner}.${field}`, declared, values[field])).join('');
}

function encodeField(path: string, declared: string, value: VimValue): string {
  if (value === undefined) {
    return '';
  }
  const isList = declared.endsWith('[]');
  if (Array.isArray(value) !== isList) {
    throw new TypeError(`${path}: ${isList ? 'a list is expected' : 'a list is not allowed'}`);
  }
  const itemType = isList ? declared.slice(0, -2) : declared;
  const items: readonly VimValue[] = Array.isArray(value) ? value : [value];
  return items.map((item) => encodeItem(path, itemType, item)).join('');
}

function encodeItem(path: string, declared: string, value: VimValue): string {
  const tag = path.slice(path.lastIndexOf('.') + 1);
  if (declared === REFERENCE || declared === ANY_REFERENCE) {
    if (!isRef(value)) {
      throw new TypeError(`${path}: a reference { kind, value } is expected`);
    }
    const own = declared === ANY_REFERENCE ? ` xsi:type="${REFERENCE}"` : '';
    return element(tag, `${own} type="${escapeXml(value.kind, path)}"`, escapeXml(value.value, path));
  }
  if (SIMPLE_TYPES.has(declared)) {
    return element(tag, '', encodeSimple(path, declared, value));
  }
  if (!isObject(value)) {
    throw new TypeError(`${path}: an object of type ${declared} is expected`);
  }
  return encodeObject(path, declared, value);
}

function encodeObject(path: string, declared: string, value: VimObject): string {
  const actual = value.$type ?? declared;
  const order = fieldsOf(actual);
  if (order === undefined || !isKindOf(actual, declared)) {
    throw new TypeError(`${path}: ${actual} is not a known kind of ${declared}`);
  }
  if (TYPES[actual]?.abstract) {
    throw new TypeError(`${path}: ${actual} is abstract; name the type to send in $type`);
  }
  const tag = path.slice(path.lastIndexOf('.') + 1);
  const attribute = value.$type === undefined ? '' : ` xsi:type="${actual}"`;
  return element(tag, attribute, encodeFields(actual, order, value));
}

const INTEGER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  short: [-0x8000, 0x7fff],
  int: [-0x8000_0000, 0x7fff_ffff],
  long: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
};

function encodeSimple(path: string, declared: string, value: VimValue): string {
  const range = INTEGER_RANGES[declared];
  if (range !== undefined) {
    if (!Number.isInteger(value) || Number(value) < range[0] || Number(value) > range[1]) {
      throw new TypeError(`${path}: an integer from ${range[0]} to ${range[1]} is expected`);
    }
    return String(value);
  }
  if (typeof value !== declared) {
    throw new TypeError(`${path}: a ${declared} is expected`);
  }
  return escapeXml(String(value), path);
}

function element(tag: string, attributes: string, content: string): string {
  return `<${tag}${attributes}>${content}</${tag}>`;
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#xD;' };

// What XML 1.0 cannot carry even escaped: most control characters, lone surrogates, U+FFFE and U+FFFF.
const UNSENDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

/** Never repeats the text in the error, since it may be a password. */
function escapeXml(text: string, path: string): string {
  if (UNSENDABLE.test(text)) {
    throw new TypeError(`${path}: contains a control character that XML cannot carry; remove it`);
  }
  return text.replaceAll(/[&<>"\r]/g, (character) => ESCAPES[character] ?? character);
}

function isObject(value: VimValue): value is VimObject {
  return typeof value === 'object' && !Array.isArray(value);
}

function isRef(value: VimValue): value is Ref {
  return isObject(value) && typeof value['kind'] === 'string' && typeof value['value'] === 'string';
}
