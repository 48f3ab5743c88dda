/** Readings that several tools' outputs share: labelled lines, numbers, PCI and MAC addresses. */

/** Non-empty lines; `\r` counts as a line end since progress displays use it. */
export function linesOf(text: string): readonly string[] {
  return text.split(/[\r\n]+/).filter((line) => line.trim() !== '');
}

/** The value behind `Label:` at the start of a line (after blanks); undefined where no line has exactly this label. */
export function labelled(text: string, label: string): string | undefined {
  const prefix = `${label}:`;
  const line = linesOf(text).find((candidate) => candidate.trimStart().startsWith(prefix));
  return line?.trimStart().slice(prefix.length).trim();
}

/** A whole number, decimal or `0x` hexadecimal; undefined for anything else or beyond 2^53. */
export function wholeNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(?:\d+|0x[0-9a-f]+)$/i.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

/**
 * `ssss:bb:dd.f` in lower-case hexadecimal. Until 8.0.2 `esxcli network sriovnic vf list` prints decimal numbers with a
 * segment of five digits, `00000:101:00.1`, from 8.0.3 hexadecimal ones with four (intel/mfd-network-adapter, esxi.py);
 * the width tells them apart. `0000:82:00:1` (nic get) and addresses without segment (mst status) are read too.
 */
export function pciAddressOf(text: string): string | undefined {
  const parts = text
    .trim()
    .toLowerCase()
    .match(/^(?:([0-9a-f]{4,5}):)?([0-9a-f]{2,3}):([0-9a-f]{1,2})[.:]([0-9a-f])$/);
  if (parts === null) return undefined;
  const [, segment = '0000', bus = '', device = '', fn = ''] = parts;
  const radix = segment.length === 5 ? 10 : 16;
  if (radix === 10 && !/^\d+$/.test(segment + bus + device + fn)) return undefined;
  const numbers = [segment, bus, device, fn].map((part) => Number.parseInt(part, radix));
  const [s = 0, b = 0, d = 0, f = 0] = numbers;
  if (s > 0xffff || b > 0xff || d > 0x1f || f > 7) return undefined;
  const hex = (value: number, width: number): string => value.toString(16).padStart(width, '0');
  return `${hex(s, 4)}:${hex(b, 2)}:${hex(d, 2)}.${f}`;
}

/** `b8:59:9f:aa:bb:cc` from any usual writing of a MAC address; undefined for the zero address or anything else. */
export function macAddressOf(text: string | undefined): string | undefined {
  const digits = text?.replace(/[:.-]/g, '').toLowerCase() ?? '';
  if (!/^[0-9a-f]{12}$/.test(digits) || /^0+$/.test(digits)) return undefined;
  return digits.replace(/(..)(?!$)/g, '$1:');
}

/** Text for logs and messages: a depot's URL may carry a user and a password, and the signature of a signed link in its query. */
export function withoutUserInfo(text: string): string {
  return text.replace(/(\w+:\/\/)[^\s/']*@/g, '$1***@').replace(/(\w+:\/\/[^\s?#'"]+)\?[^\s'"]*/g, '$1?***');
}
