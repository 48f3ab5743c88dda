/** A decoded request or data object; reading a field as the wrong kind is a bug in the simulator and throws. */
import type { Ref } from './values.ts';

export type Decoded = string | number | boolean | Ref | DecodedObject | readonly Decoded[];

export class DecodedObject {
  readonly type: string;
  readonly #fields: ReadonlyMap<string, Decoded>;

  constructor(type: string, fields: ReadonlyMap<string, Decoded>) {
    this.type = type;
    this.#fields = fields;
  }

  string(name: string): string {
    return required(this.optionalString(name), this.type, name);
  }

  optionalString(name: string): string | undefined {
    const value = this.#fields.get(name);
    return typeof value === 'string' ? value : undefined;
  }

  number(name: string): number {
    return required(this.optionalNumber(name), this.type, name);
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#fields.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  boolean(name: string): boolean {
    return required(this.optionalBoolean(name), this.type, name);
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.#fields.get(name);
    return typeof value === 'boolean' ? value : undefined;
  }

  ref(name: string): Ref {
    return required(this.optionalRef(name), this.type, name);
  }

  optionalRef(name: string): Ref | undefined {
    const value = this.#fields.get(name);
    return isRef(value) ? value : undefined;
  }

  object(name: string): DecodedObject {
    return required(this.optionalObject(name), this.type, name);
  }

  optionalObject(name: string): DecodedObject | undefined {
    const value = this.#fields.get(name);
    return value instanceof DecodedObject ? value : undefined;
  }

  objects(name: string): readonly DecodedObject[] {
    return this.#list(name).filter((item) => item instanceof DecodedObject);
  }

  strings(name: string): readonly string[] {
    return this.#list(name).filter((item) => typeof item === 'string');
  }

  refs(name: string): readonly Ref[] {
    return this.#list(name).filter(isRef);
  }

  numbers(name: string): readonly number[] {
    return this.#list(name).filter((item) => typeof item === 'number');
  }

  #list(name: string): readonly Decoded[] {
    const value = this.#fields.get(name);
    return Array.isArray(value) ? value : [];
  }
}

function isRef(value: Decoded | undefined): value is Ref {
  return typeof value === 'object' && 'value' in value;
}

function required<T>(value: T | undefined, type: string, name: string): T {
  if (value === undefined) {
    throw new Error(`${type}.${name} was not decoded as the kind that is read`);
  }
  return value;
}
