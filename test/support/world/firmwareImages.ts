/** Firmware images for simulated adapters, as files on a datastore or behind a URL, with the spec that declares them. */
import { createHash } from 'node:crypto';
import type { AdapterSpec } from '../../../operator/api/types.ts';
import type { HostFiles } from '../../simulator/world/hostFiles.ts';
import { encodePayload } from '../../simulator/world/payload.ts';

export interface TestImage {
  readonly version: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly path: string;
  readonly url: string;
}

/** `version` with the last number changed by `step`: the next or the previous one. */
export function otherVersion(version: string, step: number): string {
  const [major = '', minor = '', patch = ''] = version.split('.');
  return `${major}.${minor}.${Number(patch) + step}`;
}

export function makeImage(psid: string, version: string): TestImage {
  const bytes = encodePayload({ kind: 'firmware', psid, version });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const name = `fw-${psid}-${version}.bin`;
  return { version, bytes, sha256, path: `/vmfs/volumes/ds1/${name}`, url: `https://files.example.com/${name}` };
}

export const STAGING_PATH = '/vmfs/volumes/ds1/sriov';

export function byPath(image: TestImage, allowDowngrade = false): NonNullable<AdapterSpec['firmware']> {
  return { version: image.version, image: { path: image.path, sha256: image.sha256 }, allowDowngrade };
}

export function byUrl(image: TestImage, allowDowngrade = false): NonNullable<AdapterSpec['firmware']> {
  return { version: image.version, image: { url: image.url, stagingPath: STAGING_PATH, sha256: image.sha256 }, allowDowngrade };
}

/** Copies of images from URLs that lie on a host. */
export function stagedCopies(files: HostFiles): readonly string[] {
  return files.list().filter((path) => path.startsWith(`${STAGING_PATH}/`));
}
