/** Where the image of an adapter's firmware lies on its host. Pure. */
import type { AdapterSpec } from '../../api/types.ts';

export type ImageSpec = NonNullable<AdapterSpec['firmware']>['image'];

/** The declared path, or where the download is copied to. The name carries the checksum: adapters with the same image share the copy. */
export function imagePath(image: ImageSpec): string {
  return image.url === undefined ? (image.path ?? '') : `${image.stagingPath ?? ''}/sriov-firmware-${image.sha256}.bin`;
}
