/** Comparison of declared firmware values with what mlxconfig prints. Pure. */
import type { FirmwareValue } from '../../ports/esxiHost.ts';

/** mlxconfig takes `1`, `0x1`, `True` or `ETH`, in any case, for a value that it prints as `True(1)` or `ETH(2)`. */
export function sameFirmwareValue(declared: string, actual: FirmwareValue): boolean {
  const wanted = declared.trim();
  const number = parseNumber(wanted);
  if (number !== undefined && actual.number !== undefined) return number === actual.number;
  const text = wanted.toLowerCase();
  return text === actual.raw.toLowerCase() || text === actual.label?.toLowerCase();
}

function parseNumber(text: string): number | undefined {
  if (/^0x[0-9a-f]+$/i.test(text)) return Number.parseInt(text.slice(2), 16);
  return /^\d+$/.test(text) ? Number.parseInt(text, 10) : undefined;
}
