/** A command that went out and was refused afterwards may have had a part of its effect: what was noted for it stays. */
import { expect, it } from '@jest/globals';
import type { SriovHostStatus } from '../../../operator/api/types.ts';
import type { FirmwareConfig } from '../../../operator/ports/esxiHost.ts';
import { disturbedStage, specWith } from './disturbedStage.ts';

it('a set of firmware parameters that had no effect: what it needs to become active is still not known', async () => {
  const at = disturbedStage(specWith());
  // Firmware that does not tell its current values: our own record is all there is.
  at.on('host', 'firmwareConfig', async (go) => {
    const config = (await go()) as FirmwareConfig;
    const parameters = Object.entries(config.parameters).map(([name, parameter]) => [name, { ...parameter, current: undefined }]);
    return { ...config, currentReadable: false, parameters: Object.fromEntries(parameters) };
  });
  at.on('host', 'setFirmwareConfig', async () => 'Reboot');
  await at.until(() => at.host().status?.adapters?.[0]?.problem !== undefined);
  expect(at.host().status?.adapters?.[0]?.problem?.reason).toBe('ParameterRefused');
  expect(at.host().status?.activation).toEqual([{ adapter: 'a', needs: 'Unknown' }]);
});

it('driver options that did not stay as they were set: they are known to be ours', async () => {
  const at = disturbedStage(specWith());
  let reads = 0;
  at.on('host', 'moduleOptions', async (go) => {
    const found = (await go()) as { readonly options: string };
    reads += found.options === '' ? 0 : 1;
    // Somebody else puts them back right after they were set.
    return reads === 0 ? found : { ...found, options: '' };
  });
  await at.until(() => at.ready()?.reason === 'ModuleParametersConflict');
  expect(at.ready()?.reason).toBe('ModuleParametersConflict');
  expect(at.host().status?.driver).toMatchObject({ options: 'max_vfs=4,0', replaces: '' });
});

it('a spec that came while an intent was written down: it was not acted on, so it is not called observed', async () => {
  // Without driver options to set nothing is written down later in the same look, and it ends with its report.
  const at = disturbedStage(specWith(), { moduleOptions: 'max_vfs=4,0' });
  const apply = at.cluster.applyStatus.bind(at.cluster);
  let came = false;
  // Between the question whether the object is still the same one and the write, whose answer then has the newer spec.
  at.cluster.applyStatus = async (kind, object, status) => {
    if (!came && (status as SriovHostStatus).maintenance?.entering === true) {
      came = true;
      at.edit({ generation: 2 });
    }
    return await apply(kind, object, status);
  };
  await at.until(() => came);
  expect([at.host().metadata.generation, at.host().status?.observedGeneration]).toEqual([2, 1]);
  await at.until(() => at.ready()?.status === 'True');
  expect(at.host().status?.observedGeneration).toBe(2);
});
