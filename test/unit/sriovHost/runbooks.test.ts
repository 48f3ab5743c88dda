/** A runbook of what no scenario can bring about: options that somebody else holds on to. */
import { expect, it } from '@jest/globals';
import { disturbedStage, specWith } from './disturbedStage.ts';

it('ModuleParametersConflict: the options do not stay as they were set; once nobody holds on to them, a retry makes the host Ready', async () => {
  const at = disturbedStage(specWith());
  at.on('host', 'setModuleOptions', async () => undefined);
  await at.until(() => at.ready()?.reason === 'ModuleParametersConflict');
  expect(at.ready()).toMatchObject({ status: 'False', reason: 'ModuleParametersConflict' });
  at.on('host', 'setModuleOptions', (go) => go());
  at.annotate({ 'sriov.esxi.io/retry': '1' });
  await at.until(() => at.ready()?.status === 'True');
  expect(at.ready()?.reason).toBe('Succeeded');
});
