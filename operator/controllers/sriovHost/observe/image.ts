/** The firmware image of one declared adapter, as it lies on the host. Reads only, and only what the next decision needs. */
import type { AdapterSpec } from '../../../api/types.ts';
import type { EsxiHost, FirmwareVersions } from '../../../ports/esxiHost.ts';
import { type Fact, known, unknown } from '../../fact.ts';
import { type ImageSpec, imagePath } from '../firmwareSource.ts';
import type { DeclaredAdapter, ObservedImage } from '../observation.ts';
import { attempt } from '../observe.ts';
import { compareVersions } from '../versions.ts';

type ImageFacts = Pick<DeclaredAdapter, 'image' | 'staged'>;

const NOT_LOOKED_AT: ImageFacts = { image: undefined, staged: undefined };

/** The image is only read while another version than the declared one is on flash; after that, whether its copy is still there. */
export async function observeImage(
  host: EsxiHost,
  spec: AdapterSpec,
  firmware: Fact<FirmwareVersions>,
  signal: AbortSignal,
): Promise<ImageFacts> {
  const wanted = spec.firmware;
  if (wanted === undefined || !firmware.known) return NOT_LOOKED_AT;
  const path = imagePath(wanted.image);
  const byUrl = wanted.image.url !== undefined;
  const difference = compareVersions(wanted.version, firmware.value.flashed);
  if (difference === 0 || (difference < 0 && !wanted.allowDowngrade)) {
    return byUrl ? { image: undefined, staged: await attempt(() => host.fileExists(path, signal)) } : NOT_LOOKED_AT;
  }
  const exists = await attempt(() => host.fileExists(path, signal));
  if (!exists.known) return { image: exists, staged: byUrl ? exists : undefined };
  if (!exists.value) return byUrl ? { image: undefined, staged: known(false) } : { image: missing(spec, path), staged: undefined };
  return await readImage(host, wanted.image, signal);
}

/** A copy with another checksum is a damaged one: it counts as not there, and is replaced. */
async function readImage(host: EsxiHost, image: ImageSpec, signal: AbortSignal): Promise<ImageFacts> {
  const path = imagePath(image);
  const sha256 = await attempt(() => host.sha256(path, signal));
  if (image.url !== undefined && sha256.known && sha256.value !== image.sha256) return { image: undefined, staged: known(false) };
  const content: Fact<ObservedImage> = sha256.known
    ? await attempt(async () => ({ path, sha256: sha256.value, ...(await host.firmwareImage(path, signal)) }))
    : sha256;
  return { image: content, staged: image.url === undefined ? undefined : known(true) };
}

function missing(spec: AdapterSpec, path: string): Fact<never> {
  return unknown(
    'FirmwareImageMissing',
    `adapter ${spec.name}: the image ${path} is not on the host; upload it or correct spec.adapters[${spec.name}].firmware.image.path`,
  );
}
