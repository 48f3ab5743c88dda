/**
 * Content of simulated VIBs, offline bundles and firmware images. It describes itself, so a file means the same wherever it
 * lies: on a datastore, behind a URL, or uploaded. A truncated upload is no valid file, as with the real ones.
 */
import type { SimVib } from './hostOptions.ts';

export type Payload =
  | { readonly kind: 'vib'; readonly vibs: readonly SimVib[] }
  | { readonly kind: 'depot'; readonly vibs: readonly SimVib[] }
  | {
      readonly kind: 'firmware';
      readonly psid: string;
      readonly version: string;
      /** Its head is whole, its content is not: only `flint verify` tells. */
      readonly damaged?: boolean;
    };

export type FirmwareImage = Extract<Payload, { readonly kind: 'firmware' }>;

const MARK = 'simulated payload ';

/** `padding` = further bytes, for transfers that should take a while. */
export function encodePayload(payload: Payload, padding = 0): Uint8Array {
  return new TextEncoder().encode(`${MARK}${JSON.stringify({ ...payload, padding: '.'.repeat(padding) })}`);
}

export function decodePayload(content: Uint8Array): Payload | undefined {
  const text = new TextDecoder().decode(content);
  if (!text.startsWith(MARK)) {
    return undefined;
  }
  try {
    return JSON.parse(text.slice(MARK.length)) as Payload;
  } catch {
    return undefined;
  }
}
