/** What lies on datastores and behind URLs: VIBs, offline bundles and firmware images that simulated hosts can read. */
import { createHash } from 'node:crypto';
import { RELEASES, type ReleaseName } from './profiles/releases.ts';
import { HostFiles } from './world/hostFiles.ts';
import type { SimVib } from './world/hostOptions.ts';
import { encodePayload } from './world/payload.ts';

export interface StoredFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** 64 hex digits. */
  readonly sha256: string;
}

export function storeVib(files: HostFiles, path: string, vib: SimVib): StoredFile {
  return store(files, path, encodePayload({ kind: 'vib', vibs: [vib] }));
}

/** An offline bundle, for `vib install -d`. */
export function storeBundle(files: HostFiles, path: string, vibs: readonly SimVib[]): StoredFile {
  return store(files, path, encodePayload({ kind: 'depot', vibs }));
}

/** `padding` = bytes that make it as large as a transfer test wants. */
export function storeFirmware(
  files: HostFiles,
  path: string,
  image: { readonly psid: string; readonly version: string; readonly padding?: number; readonly damaged?: boolean },
): StoredFile {
  const { padding, ...content } = image;
  return store(files, path, encodePayload({ kind: 'firmware', ...content }, padding));
}

/** The datastore `ds1` with MFT and the newer driver for one release: nmst.vib, mft.vib, nmlx5.vib, mft.zip, nmlx5.zip. */
export function standardDepot(release: ReleaseName): HostFiles {
  const files = new HostFiles();
  const { nmst, mft, asyncDriver } = RELEASES[release];
  const at = (name: string) => `/vmfs/volumes/ds1/${name}`;
  storeVib(files, at('nmst.vib'), nmst);
  storeVib(files, at('mft.vib'), mft);
  storeVib(files, at('nmlx5.vib'), asyncDriver);
  storeBundle(files, at('mft.zip'), [nmst, mft]);
  storeBundle(files, at('nmlx5.zip'), [asyncDriver]);
  return files;
}

function store(files: HostFiles, path: string, bytes: Uint8Array): StoredFile {
  files.write(path, bytes);
  return { path, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
