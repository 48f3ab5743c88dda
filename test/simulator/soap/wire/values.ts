/** Values of vSphere properties, before they become XML: scalars, references, data objects, arrays. */

export interface Ref {
  readonly type: string;
  readonly value: string;
}

export type Fields = Readonly<Record<string, Value | undefined>>;

export type Value =
  | { readonly kind: 'scalar'; readonly xsd: string; readonly text: string }
  | { readonly kind: 'enum'; readonly type: string; readonly text: string }
  | { readonly kind: 'ref'; readonly ref: Ref }
  | {
      readonly kind: 'object';
      readonly type: string;
      /** In wire order; undefined = optional and unset. */
      readonly fields: Fields;
      /** The place it stands in declares a base type, so its own type must be written. */
      readonly derived: boolean;
    }
  | { readonly kind: 'array'; readonly itemType: string; readonly items: readonly Value[] };

function scalar(xsd: string, text: string): Value {
  return { kind: 'scalar', xsd, text };
}

export const string = (text: string): Value => scalar('string', text);
export const int = (value: number): Value => scalar('int', String(value));
export const long = (value: number): Value => scalar('long', String(value));
export const boolean = (value: boolean): Value => scalar('boolean', String(value));
export const dateTime = (value: Date): Value => scalar('dateTime', value.toISOString());
/** Signed on the wire: 0xa2d6 becomes -23850. */
export const short = (value: number): Value => scalar('short', String((value << 16) >> 16));
/** Signed on the wire: bus 0x86 becomes -122. */
export const byte = (value: number): Value => scalar('byte', String((value << 24) >> 24));
export const enumeration = (type: string, text: string): Value => ({ kind: 'enum', type, text });
export const ref = (to: Ref): Value => ({ kind: 'ref', ref: to });
export const object = (type: string, fields: Fields): Value => ({ kind: 'object', type, fields, derived: false });
/** A data object in a place that declares one of its base types. */
export const derived = (type: string, fields: Fields): Value => ({ kind: 'object', type, fields, derived: true });
export const array = (itemType: string, items: readonly Value[]): Value => ({ kind: 'array', itemType, items });
export const refs = (to: readonly Ref[]): Value => array('ManagedObjectReference', to.map(ref));
export const strings = (texts: readonly string[]): Value => array('string', texts.map(string));

/** The value, or undefined for an unset optional one. */
export function optional<T>(value: T | undefined, make: (value: T) => Value): Value | undefined {
  return value === undefined ? undefined : make(value);
}
