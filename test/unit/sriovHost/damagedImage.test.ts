/** An image with the declared checksum that flint finds damaged: never burned, no restart, and the host is not taken out of service for it. */
import { createHash } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { encodePayload } from '../../simulator/world/payload.ts';
import { otherVersion } from '../../support/world/firmwareImages.ts';
import { adapterSpec } from '../../support/world/hostSpec.ts';
import { disturbedStage, specWith } from './disturbedStage.ts';

it('an image that flint finds damaged is not burned', async () => {
  const { psid, firmwareVersion } = connectX5En;
  const version = otherVersion(firmwareVersion, 1);
  const bytes = encodePayload({ kind: 'firmware', psid, version, damaged: true });
  const image = { path: '/vmfs/volumes/ds1/fw.bin', sha256: createHash('sha256').update(bytes).digest('hex') };
  const adapter = adapterSpec('a', '0000:3b:00.0', [{ number: 1, vfs: 4 }], { firmware: { version, image, allowDowngrade: false } });
  const at = disturbedStage(specWith({}, { adapters: [adapter] }));
  at.world.files.write(image.path, bytes);
  await at.until(() => false, 20);
  expect(at.host().status?.adapters?.[0]?.problem?.message).toMatch(/fw\.bin: a section has a wrong CRC/);
  expect([at.world.counters.burns, at.world.counters.restarts.length, at.calls.includes('enterMaintenanceMode')]).toEqual([0, 0, false]);
  expect(at.ready()?.status).toBe('False');
});
