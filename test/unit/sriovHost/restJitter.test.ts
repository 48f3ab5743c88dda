/** Hosts at rest are looked at again on a jittered schedule: a fleet that started together does not stay together. */
import { expect, it } from '@jest/globals';
import { look } from '../../support/world/runHost.ts';
import { disturbedStage, specWith } from './disturbedStage.ts';

it('the pause at rest is the declared one, give or take a tenth, and another one each time', async () => {
  const at = disturbedStage(specWith());
  await at.until(() => at.ready()?.status === 'True');
  const pauses: number[] = [];
  for (let looks = 0; looks < 50; looks += 1) pauses.push(await look(at.controller()));
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(540_000);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(660_000);
  expect(new Set(pauses.map(Math.round)).size).toBeGreaterThan(25);
});
