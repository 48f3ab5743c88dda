/** A host that was shut down for a power cycle, and a BMC that does not bring it up again: nobody forgets it, and nothing is flooded. */
import { describe, expect, it } from '@jest/globals';
import { PortError } from '../../../operator/ports/errors.ts';
import { type DisturbedStage, disturbedStage, MINUTE, specWith, untilRestart } from './disturbedStage.ts';

const nothing = async (): Promise<unknown> => undefined;
const sent = (at: DisturbedStage): number => at.calls.filter((name) => name === 'powerOn').length;

/** The BMC takes the command, and power stays off. */
async function offForGood(): Promise<DisturbedStage> {
  const at = disturbedStage(specWith({ restartTimeoutSeconds: 1800 }));
  at.on('bmc', 'powerOn', nothing);
  await untilRestart(at);
  await at.until(() => sent(at) === 1);
  return at;
}

describe('a host that stays off', () => {
  it('is reported once a restart has had its time, and goes on by itself once somebody switched it on', async () => {
    const at = await offForGood();
    expect(at.ready()?.reason).toBe('Restarting');
    await at.until(() => at.ready()?.reason === 'RestartTimedOut');
    expect(at.condition('Ready')).toMatchObject({
      reason: 'RestartTimedOut',
      message: expect.stringMatching(/1800 s .* still says that power is Off.* by hand/),
    });
    at.world.powerOn();
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.maintenanceMode, at.world.counters.restarts.length]).toEqual(['Succeeded', false, 1]);
  });

  it('is tried again as long as that lasts, once a minute, and the journal keeps what was done', async () => {
    const at = await offForGood();
    const began = at.clock.now();
    while (at.clock.now() < began + 120 * MINUTE) await at.step();
    expect(sent(at)).toBeGreaterThan(100);
    expect(sent(at)).toBeLessThanOrEqual(122);
    expect(at.host().status?.journal?.map(({ action }) => action)).toEqual(expect.arrayContaining(['SetFirmwareParameters', 'ColdCycle']));
    expect(at.host().status?.journal?.filter(({ action }) => action === 'PowerOn')).toHaveLength(1);
    at.on('bmc', 'powerOn', (go) => go());
    await at.until(() => at.ready()?.status === 'True');
    expect(at.ready()?.reason).toBe('Succeeded');
  });

  it('is tried again at once where the BMC refused the command, and also after a clock was set back', async () => {
    const at = disturbedStage(specWith());
    at.on('bmc', 'powerOn', async () => {
      throw new PortError('BmcRequestFailed', 'busy');
    });
    await untilRestart(at);
    await at.until(() => at.ready()?.reason === 'BmcRequestFailed');
    const before = sent(at);
    await at.step();
    expect(sent(at)).toBe(before + 1);
    at.on('bmc', 'powerOn', nothing);
    await at.step();
    at.jump(-24 * 60 * MINUTE);
    at.on('bmc', 'powerOn', (go) => go());
    await at.until(() => at.ready()?.status === 'True');
    expect([at.ready()?.reason, at.world.counters.restarts.length]).toEqual(['Succeeded', 1]);
  });
});
