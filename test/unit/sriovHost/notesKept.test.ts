/** A command that went out and was refused afterwards may have had a part of its effect: what was noted for it stays. */
import { expect, it } from '@jest/globals';
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
