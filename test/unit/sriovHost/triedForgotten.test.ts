/** status.restarts.tried holds what is declared: it does not grow with every adapter that a spec ever had. */
import { describe, expect, it } from '@jest/globals';
import { connectX5En } from '../../simulator/profiles/adapterModels.ts';
import { adapterSpec } from '../../support/world/hostSpec.ts';
import { disturbedStage, specWith } from './disturbedStage.ts';

const named = (name: string) => adapterSpec(name, '0000:3b:00.0', [{ number: 1, vfs: 4 }]);

describe('what a restart was tried for', () => {
  it('is forgotten with the adapter that it was for', async () => {
    const spec = specWith({ maxRestarts: 1 }, { adapters: [named('a')] });
    const at = disturbedStage(spec, { adapters: [{ model: connectX5En }] });
    at.on('host', 'virtualFunctions', async () => []);
    await at.until(() => (at.host().status?.restarts?.tried ?? []).length > 0 && at.condition('Stalled')?.status === 'True');
    expect(at.host().status?.restarts?.tried?.every(({ item }) => item.includes('/a/'))).toBe(true);
    at.edit({ generation: 2 }, { adapters: [named('b')] });
    for (let looks = 0; looks < 10; looks += 1) await at.step();
    expect(at.host().status?.restarts?.tried?.filter(({ item }) => item.includes('/a/')) ?? []).toEqual([]);
  });
});
