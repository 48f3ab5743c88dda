/** Every scenario, on the real API server with the operator as a process of its own. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Lab, startLab } from '../support/lab/lab.ts';
import { SCENARIOS } from './all.ts';
import { runScenario } from './runScenario.ts';

describe('scenarios', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab();
  }, 120_000);
  afterAll(async () => {
    await lab.stop();
  });

  it('have names of their own', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });

  it.concurrent.each(SCENARIOS.map((scenario) => ({ ...scenario, scenario })))(
    '$name: $why',
    async ({ scenario }) => {
      const result = await runScenario(lab, scenario);
      expect(result.restarts).toBe(result.optimum);
    },
    240_000,
  );
});
