/** Scalars and enumerations of the vim25 schema, with the value ranges of the XML Schema types. */
import { WIRE_ENUMS } from './wireTypes.ts';

const INTEGERS: Readonly<Record<string, number>> = { byte: 8, short: 16, int: 32, long: 53 };

/** The value, or undefined when the text is not of that type. Signed: 65535 is no short. */
export function decodeScalar(text: string, type: string): string | number | boolean | undefined {
  if (type === 'string') {
    return text;
  }
  if (type === 'boolean') {
    return decodeBoolean(text.trim());
  }
  const bits = INTEGERS[type];
  if (bits !== undefined) {
    return decodeInteger(text.trim(), bits);
  }
  return WIRE_ENUMS[type]?.find((value) => value === text.trim());
}

function decodeBoolean(text: string): boolean | undefined {
  if (text === 'true' || text === '1') {
    return true;
  }
  return text === 'false' || text === '0' ? false : undefined;
}

function decodeInteger(text: string, bits: number): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  const limit = 2 ** (bits - 1);
  return value >= -limit && value < limit ? value : undefined;
}
