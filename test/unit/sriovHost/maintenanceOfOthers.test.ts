/** Whose maintenance mode it is: a person who enters it between our look and our act keeps it. */
import { describe, expect, it } from '@jest/globals';
import { disturbedStage, specWith, untilRestart } from './disturbedStage.ts';

describe('maintenance mode that a person entered', () => {
  it('between look and act is not left by us, and not counted as ours', async () => {
    const at = disturbedStage(specWith());
    at.on('host', 'runningVms', async (go) => {
      const last = at.calls.at(-2);
      // The reading right before the command, not the one of the look.
      if (last !== 'virtualFunctions' && last !== 'sriovNics') await at.world.enterMaintenanceMode(0);
      return await go();
    });
    await untilRestart(at);
    expect(at.calls).not.toContain('enterMaintenanceMode');
    expect(at.host().status?.maintenance).toBeUndefined();
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.maintenanceMode]).toEqual(['Succeeded', true]);
  });

  it('after somebody ended ours is not left by us either', async () => {
    const at = disturbedStage(specWith());
    await untilRestart(at);
    await at.until(() => at.last()?.state === 'Completed');
    at.world.exitMaintenanceMode();
    await at.step();
    await at.world.enterMaintenanceMode(0);
    await at.until(() => at.ready()?.status === 'True');
    expect(at.world.maintenanceMode).toBe(true);
  });

  it('and ended right before the restart stops the restart, and the host is taken out of service again by us', async () => {
    const at = disturbedStage(specWith());
    let ended = false;
    at.on('host', 'maintenanceMode', async (go) => {
      // The reading right before the restart.
      if (!ended && at.world.maintenanceMode && at.calls.at(-2) === 'runningVms') {
        ended = true;
        at.world.exitMaintenanceMode();
      }
      return await go();
    });
    await at.until(() => at.ready()?.status === 'True');
    expect([ended, at.world.counters.restarts.length, at.world.maintenanceMode]).toEqual([true, 1, false]);
  });
});
